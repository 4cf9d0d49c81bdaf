import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RgbFrame } from '../../services/core/types.js';
import { FfmpegDecoder } from '../../services/video/ffmpeg-decoder.js';
import type { DecodeOptions } from '../../services/video/port.js';
import { findTools, type Tools } from '../../services/video/tools.js';
import { ClipFolder, localClip, turnClockwise, TWO_HALVES } from '../helpers/clips.js';

const never = new AbortController().signal;
const require = createRequire(import.meta.url);

function packagePath(name: string): string {
  return (require(`@${name}-installer/${name}`) as { path: string }).path;
}

/** The npm packages' programs are what a fresh machine has; the machine's own are what it should have. */
const toolSets: [string, () => Promise<Tools>][] = [
  ['the first found', () => findTools()],
  [
    'npm packages',
    () => findTools({ ffmpegPath: packagePath('ffmpeg'), ffprobePath: packagePath('ffprobe') }),
  ],
];

describe.each(toolSets)('decoding with ffmpeg: %s', (_name, tools) => {
  let clips: ClipFolder;
  let decoder: FfmpegDecoder;

  beforeAll(async () => {
    // findTools also gives the npm programs the x bit that their install script may not have set.
    const packages = await findTools();
    clips = new ClipFolder(packages.ffmpeg.path);
    const found = await tools();
    decoder = new FfmpegDecoder({ ffmpegPath: found.ffmpeg.path, ffprobePath: found.ffprobe.path });
  });
  afterAll(() => clips.remove());

  const probe = (path: string) => decoder.probe(localClip(path), never);

  async function decode(path: string, options: Partial<DecodeOptions> = {}) {
    const clip = localClip(path);
    const info = await decoder.probe(clip, never);
    const all = { framesPerSecond: 8, longSidePx: 640, ...options };
    const decoded = decoder.frames(clip, info, all, never);
    const frames: RgbFrame[] = [];
    for await (const frame of decoded) frames.push(frame);
    const times = frames.map((frame) => frame.timestampMs);
    return { info, frames, times, warnings: decoded.warnings };
  }

  it('samples an mp4 at 8 frames a second, with its timestamps and nothing to warn of', async () => {
    const { info, frames, times, warnings } = await decode(clips.video('plain.mp4', { fps: 24 }));
    expect(info).toMatchObject({ durationMs: 2000, widthPx: 160, heightPx: 120, isStill: false });
    expect(info.videoCodec).toBe('h264');
    expect(times).toEqual(Array.from({ length: 16 }, (_, slot) => slot * 125));
    expect(warnings).toEqual([]);
    expect(frames[0]).toMatchObject({ widthPx: 160, heightPx: 120 });
    const buffers = new Set(frames.map((frame) => frame.pixels.buffer));
    expect(buffers.size).toBe(frames.length);
    for (const { pixels } of frames) expect(pixels.buffer.byteLength).toBe(160 * 120 * 3);
  });

  it('gives a slow clip its own frames and repeats none', async () => {
    const { times } = await decode(clips.video('slow.mp4', { fps: 2 }));
    expect(times).toEqual([0, 500, 1000, 1500]);
  });

  it.each(['mp4', 'mkv', 'ts'])(
    'keeps the times of a variable frame rate in %s',
    async (ending) => {
      const filters = 'select=eq(n\\,0)+eq(n\\,3)+eq(n\\,4)+eq(n\\,29)+eq(n\\,31)+eq(n\\,50)';
      // The edit list of older ffmpegs cuts off the last frame of such a file.
      const noCut = ending === 'mp4' ? ['-use_editlist', '0'] : [];
      const encode = ['-vsync', '0', '-bf', '2', '-c:v', 'libx264', ...noCut];
      const path = clips.video(`vfr.${ending}`, { fps: 30, filters, encode });
      const { times } = await decode(path, { framesPerSecond: 30 });
      expect(times).toEqual([0, 100, 133, 967, 1033, 1667]);
    },
  );

  it('shows a picture upright that was filmed on its side', async () => {
    const lying = clips.make('lying.mp4', '-f', 'lavfi', '-i', TWO_HALVES, '-t', '0.4');
    const path = clips.write('upright.mp4', turnClockwise(readFileSync(lying)));
    const { info, frames } = await decode(path);
    expect(info).toMatchObject({ widthPx: 120, heightPx: 160, rotationDegrees: 90 });
    const [frame] = frames;
    expect(frame).toMatchObject({ widthPx: 120, heightPx: 160 });
    expect(pixelAt(frame, 60, 20)).toBe('red');
    expect(pixelAt(frame, 60, 140)).toBe('blue');
  });

  it('makes wide pixels square', async () => {
    const { info, frames } = await decode(clips.video('wide.mp4', { filters: 'setsar=4/3' }));
    expect(info).toMatchObject({ widthPx: 213, heightPx: 120 });
    expect(frames[0]).toMatchObject({ widthPx: 213, heightPx: 120 });
  });

  it('bounds a large picture of 10 bits', async () => {
    const encode = ['-c:v', 'ffv1', '-frames:v', '2'];
    const options = { size: '3840x2160', pixelFormat: 'yuv420p10le', encode };
    const { info, frames } = await decode(clips.video('large.mkv', options));
    expect(info).toMatchObject({ widthPx: 3840, heightPx: 2160 });
    expect(frames[0]).toMatchObject({ widthPx: 640, heightPx: 360 });
  });

  it.each([
    ['webm', ['-c:v', 'libvpx', '-deadline', 'realtime']],
    ['avi', ['-c:v', 'mjpeg']],
    ['mpg', ['-c:v', 'mpeg2video']],
    ['gif', ['-c:v', 'gif']],
    ['h264', ['-c:v', 'libx264', '-bf', '0']],
  ])('reads %s', async (ending, encode) => {
    const pixelFormat = ending === 'gif' ? 'rgb8' : ending === 'avi' ? 'yuvj420p' : 'yuv420p';
    const { times, warnings } = await decode(clips.video(`c.${ending}`, { encode, pixelFormat }));
    expect(times.length).toBeGreaterThanOrEqual(15);
    expect(times.length).toBeLessThanOrEqual(17);
    expect(times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0))).toBe(true);
    expect(warnings).toEqual([]);
  });

  it.each(['png', 'jpg', 'bmp'])('gives a still %s once, at 0', async (ending) => {
    const path = clips.video(`still.${ending}`, {
      encode: ['-frames:v', '1'],
      pixelFormat: 'rgb24',
    });
    const { info, times } = await decode(path);
    expect(info).toMatchObject({ isStill: true, durationMs: 0, widthPx: 160, heightPx: 120 });
    expect(times).toEqual([0]);
  });

  it('gives a video of one frame that frame', async () => {
    const { info, times } = await decode(clips.video('one.mp4', { encode: ['-frames:v', '1'] }));
    expect(info.isStill).toBe(false);
    expect(times).toEqual([0]);
  });

  it.each(['mp4', 'mkv', 'avi', 'ts'])(
    'gives the part of a %s that is asked for',
    async (ending) => {
      const path = clips.video(`part.${ending}`, {
        seconds: 4,
        encode: ['-g', '20', '-c:v', 'mpeg4'],
      });
      const whole = await decode(path);
      const part = await decode(path, { startMs: 1010, endMs: 2500 });
      expect(part.times[0]).toBe(1040);
      const inside = whole.times.filter((time) => time > 1100 && time < 2500);
      expect(part.times.filter((time) => time > 1100)).toEqual(inside);
    },
  );

  it('has no frame, and says so, for a part after the end', async () => {
    const path = clips.video('short.mp4');
    const { times, warnings } = await decode(path, { startMs: 9000 });
    expect(times).toEqual([]);
    expect(warnings).toEqual(['no frame from 9.0 s on: the clip is 2.0 s long']);
  });

  it('keeps its frame size when the stream changes its own', async () => {
    const raw = ['-c:v', 'libx264', '-f', 'h264'];
    const small = clips.video('a.h264', { encode: raw });
    const large = clips.video('b.h264', { encode: raw, size: '320x240' });
    const both = Buffer.concat([readFileSync(small), readFileSync(large)]);
    const { frames } = await decode(clips.write('both.h264', both));
    expect(frames.length).toBeGreaterThan(20);
    expect(new Set(frames.map((frame) => `${frame.widthPx}x${frame.heightPx}`)).size).toBe(1);
  });

  it('reads a video under any name', async () => {
    const bytes = readFileSync(clips.video('named.mp4'));
    const names = ['video.txt', 'video.m3u8', 'video%03d.jpg', "it's a [video];,.mp4"];
    for (const name of names) {
      expect((await decode(clips.write(name, bytes))).times).toHaveLength(16);
    }
  });

  it('warns of an mp4 that ends early, and keeps what there is', async () => {
    const whole = clips.video('fast.mp4', { seconds: 8, encode: ['-movflags', '+faststart'] });
    const { times, warnings } = await decode(clips.cut('cut.mp4', whole, 0.5));
    expect(times.length).toBeGreaterThan(8);
    expect(times.length).toBeLessThan(60);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^the file ends early at \d\.\d s of 8\.0 s: /);
  });

  it('warns of an mkv that ends early', async () => {
    const whole = clips.video('w.mkv', { seconds: 8, encode: ['-c:v', 'mpeg4'] });
    const { times, warnings } = await decode(clips.cut('cut.mkv', whole, 0.5));
    expect(times.length).toBeGreaterThan(8);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^the file ends early at \d\.\d s of 8\.0 s: /);
  });

  it('warns of damage in the middle, and keeps what there is', async () => {
    const bytes = readFileSync(clips.video('hurt.avi', { seconds: 4, encode: ['-c:v', 'mpeg4'] }));
    bytes.fill(0x5a, Math.floor(bytes.length * 0.5), Math.floor(bytes.length * 0.55));
    const { times, warnings } = await decode(clips.write('hurt2.avi', bytes));
    expect(times.length).toBeGreaterThan(16);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^part of the clip cannot be decoded: |^the file ends early at /);
  });

  it('finds the length of a recording whose header was never finished', async () => {
    const bytes = readFileSync(
      clips.video('live.webm', { encode: ['-c:v', 'libvpx', '-live', '1'] }),
    );
    const { info } = await decode(clips.write('live2.webm', bytes));
    expect(info.durationMs).toBe(2000);
  });

  it('refuses what has no picture, and says which way', async () => {
    const sound = clips.make('s.m4a', '-f', 'lavfi', '-i', 'sine=duration=1');
    await expect(probe(sound)).rejects.toMatchObject({ code: 'CLIP_NO_VIDEO' });
    await expect(probe(clips.write('0.mp4', ''))).rejects.toMatchObject({ code: 'CLIP_EMPTY' });
    await expect(probe('/nowhere/at/all')).rejects.toMatchObject({ code: 'CLIP_UNREACHABLE' });
    const text = clips.write('text.mp4', 'This is no video at all.\n'.repeat(50));
    await expect(probe(text)).rejects.toMatchObject({ code: 'CLIP_UNREADABLE' });
    const headless = clips.cut('headless.mp4', clips.video('tail.mp4'), 0.5);
    const reason = expect.stringContaining('moov atom not found') as string;
    await expect(probe(headless)).rejects.toMatchObject({
      code: 'CLIP_UNREADABLE',
      message: reason,
    });
  });

  it('does not take the cover of a song for a video', async () => {
    const cover = clips.video('cover.png', { encode: ['-frames:v', '1'], pixelFormat: 'rgb24' });
    const sine = ['-f', 'lavfi', '-i', 'sine=duration=1', '-i', cover, '-map', '0', '-map', '1'];
    const song = [...sine, '-c:a', 'libmp3lame', '-c:v', 'png', '-disposition:v', 'attached_pic'];
    await expect(probe(clips.make('song.mp3', ...song))).rejects.toMatchObject({
      code: 'CLIP_NO_VIDEO',
    });
  });
});

function pixelAt(frame: RgbFrame | undefined, x: number, y: number): string {
  if (frame === undefined) return 'no frame';
  const at = (y * frame.widthPx + x) * 3;
  const [red = 0, green = 0, blue = 0] = frame.pixels.subarray(at, at + 3);
  if (red > 200 && green < 60 && blue < 60) return 'red';
  return blue > 200 && red < 60 && green < 60 ? 'blue' : `${red},${green},${blue}`;
}
