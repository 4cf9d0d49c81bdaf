import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RgbFrame } from '../../services/core/types.js';
import { FfmpegDecoder } from '../../services/video/ffmpeg-decoder.js';
import type { ClipInfo, DecodedFrames } from '../../services/video/port.js';
import { findTools, type Tools } from '../../services/video/tools.js';
import { ClipFolder, localClip } from '../helpers/clips.js';

const never = new AbortController().signal;
const options = { framesPerSecond: 25, longSidePx: 640 };

/** Ids of the programs that work on a clip for this process. */
function programs(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((id) => isOurs(id))
    .map(Number);
}

function isOurs(id: string): boolean {
  try {
    const parent = / \d+ \(.*\) . (\d+) /s.exec(
      ` ${readFileSync(`/proc/${id}/stat`, 'utf8')}`,
    )?.[1];
    const isChild = Number(parent) === process.pid;
    return isChild && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('/dev/fd/3');
  } catch {
    return false;
  }
}

/** Kilobytes of memory that a program holds. */
function residentKb(id: number | undefined): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id ?? 0}/status`, 'utf8'))?.[1]);
}

describe.runIf(process.platform === 'linux')('the ffmpeg of a decode', () => {
  let tools: Tools;
  let clips: ClipFolder;
  let path: string;
  let info: ClipInfo;

  beforeAll(async () => {
    tools = await findTools();
    clips = new ClipFolder(tools.ffmpeg.path);
    path = clips.video('long.mp4', {
      size: '640x360',
      seconds: 20,
      encode: ['-preset', 'ultrafast'],
    });
    info = await decoder().probe(localClip(path), never);
  });
  afterAll(() => clips.remove());

  function decoder(ffmpegPath = tools.ffmpeg.path, limits = {}): FfmpegDecoder {
    return new FfmpegDecoder({ ffmpegPath, ffprobePath: tools.ffprobe.path, limits });
  }

  function frames(signal = never, from = decoder()): DecodedFrames {
    return from.frames(localClip(path), info, options, signal);
  }

  /** A program that writes nothing and does not obey, in ffmpeg's place. */
  function deafProgram(): string {
    const script = clips.write('deaf.sh', "#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 1; done\n");
    chmodSync(script, 0o755);
    return script;
  }

  async function first(decoded: DecodedFrames): Promise<AsyncIterator<RgbFrame>> {
    const iterator = decoded[Symbol.asyncIterator]();
    expect((await iterator.next()).done).toBe(false);
    return iterator;
  }

  it('starts when the first frame is asked for and is gone after the last', async () => {
    const decoded = frames();
    expect(programs()).toEqual([]);
    let count = 0;
    for await (const frame of decoded) count += frame.widthPx === 640 ? 1 : 0;
    expect(count).toBe(500);
    expect(programs()).toEqual([]);
  });

  it('is gone when the reader leaves early', async () => {
    for await (const frame of frames()) {
      expect(frame.timestampMs).toBe(0);
      expect(programs()).toHaveLength(1);
      break;
    }
    expect(programs()).toEqual([]);
  });

  it('is gone when the signal aborts during a wait', async () => {
    const abort = new AbortController();
    const iterator = await first(frames(abort.signal));
    const pending = (async () => {
      while (!(await iterator.next()).done);
    })();
    setTimeout(() => abort.abort(), 20);
    await expect(pending).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(programs()).toEqual([]);
  });

  it('is gone when the signal aborts while nobody reads', async () => {
    const abort = new AbortController();
    const iterator = await first(frames(abort.signal));
    abort.abort();
    await delay(500);
    expect(programs()).toEqual([]);
    await expect(iterator.next()).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('does not start for a signal that is aborted already', async () => {
    const iterator = frames(AbortSignal.abort())[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('waits for a reader who pauses, in bounded memory', async () => {
    const iterator = await first(frames());
    await delay(300);
    const [pid] = programs();
    const programBefore = residentKb(pid);
    const ourBefore = process.memoryUsage.rss();
    await delay(1200);
    expect(programs()).toEqual([pid]);
    expect(residentKb(pid) - programBefore).toBeLessThan(4_000);
    expect(process.memoryUsage.rss() - ourBefore).toBeLessThan(20e6);
    expect((await iterator.next()).value).toMatchObject({ timestampMs: 40 });
    await iterator.return?.();
    expect(programs()).toEqual([]);
  });

  it('loses no frame to a reader who is slower than it', async () => {
    const small = localClip(clips.video('small.mp4', { size: '32x24', fps: 8, seconds: 1 }));
    const smallInfo = await decoder().probe(small, never);
    let count = 0;
    for await (const frame of decoder().frames(small, smallInfo, options, never)) {
      expect(frame.timestampMs).toBe(count++ * 125);
      await delay(100);
    }
    expect(count).toBe(8);
  });

  it('is killed, with all it started, when it gives no frame and does not obey', async () => {
    const limits = { frameTimeoutMs: 200, stopGraceMs: 100 };
    const iterator = frames(never, decoder(deafProgram(), limits))[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(programs()).toEqual([]);
  });

  it('has its time counted only while a frame is waited for', async () => {
    const iterator = await first(frames(never, decoder(undefined, { frameTimeoutMs: 1000 })));
    await delay(1300);
    expect((await iterator.next()).done).toBe(false);
    await iterator.return?.();
  });

  it('is bounded when it reads headers, too', async () => {
    const limits = { probeTimeoutMs: 200, stopGraceMs: 100 };
    const settings = { ffmpegPath: tools.ffmpeg.path, ffprobePath: deafProgram(), limits };
    const probing = new FfmpegDecoder(settings).probe(localClip(path), never);
    await expect(probing).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(programs()).toEqual([]);
  });

  it('is TOOL_MISSING when it is not there', async () => {
    const iterator = frames(never, decoder('/nowhere/ffmpeg'))[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toMatchObject({ code: 'TOOL_MISSING' });
  });

  it('is not started for a clip over a limit', async () => {
    const small = decoder(undefined, { maxPixels: 1000 }).probe(localClip(path), never);
    await expect(small).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { limit: 'maxPixels', value: '230400', bound: '1000', unit: 'pixels' },
    });
    const short = decoder(undefined, { maxDurationMs: 5000 }).probe(localClip(path), never);
    await expect(short).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { limit: 'maxDurationMs', value: '20000', unit: 'ms' },
    });
  });

  it('is stopped at the limit when a header lied about the length', async () => {
    const iterator = frames(never, decoder(undefined, { maxDurationMs: 100 }));
    const all = (async () => {
      for await (const frame of iterator) expect(frame.timestampMs).toBeLessThanOrEqual(100);
    })();
    await expect(all).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(programs()).toEqual([]);
  });

  it.each([
    [{ framesPerSecond: 0 }, 'framesPerSecond'],
    [{ framesPerSecond: Number.NaN }, 'framesPerSecond'],
    [{ longSidePx: 0 }, 'longSidePx'],
    [{ startMs: -1 }, 'startMs'],
    [{ startMs: 500, endMs: 500 }, 'endMs'],
  ])('refuses options out of range: %j', (wrong, field) => {
    const call = () => decoder().frames(localClip(path), info, { ...options, ...wrong }, never);
    expect(call).toThrow(expect.objectContaining({ code: 'FIELD_INVALID', field }));
  });
});
