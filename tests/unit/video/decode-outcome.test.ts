import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { outcomeWarning } from '../../../services/video/decode-outcome.js';
import { StderrTail } from '../../../services/video/stderr-tail.js';

const info = { durationMs: 10_000, widthPx: 4, heightPx: 4, videoCodec: 'h264', isStill: false };
const options = { framesPerSecond: 8, longSidePx: 640 };
const fine = { code: 0, signal: null };
const killed = { code: null, signal: 'SIGKILL' } as const;

const warning = (timestampMs: number, end = fine as typeof fine | typeof killed, reason = '') =>
  outcomeWarning({ frameCount: 9, timestampMs }, end, reason, info, options);

describe('outcomeWarning', () => {
  it('is silent for a clip that was decoded to its end', () => {
    expect(warning(9900)).toBeUndefined();
    // The last frame may be shown for long.
    expect(warning(8900)).toBeUndefined();
  });

  it('notices a missing end, also when ffmpeg does not', () => {
    expect(warning(4200)).toBe(
      'the file ends early at 4.2 s of 10.0 s: there is no picture after that',
    );
    expect(warning(9000, fine, 'partial file')).toBe(
      'the file ends early at 9.0 s of 10.0 s: partial file',
    );
    expect(warning(4200, killed)).toContain('ends early at 4.2 s');
  });

  it('tells of damage that did not cost the end', () => {
    expect(warning(9900, fine, 'bad block')).toBe('part of the clip cannot be decoded: bad block');
  });

  it('expects nothing after the part that was asked for', () => {
    const part = { ...options, endMs: 5000 };
    const so = { frameCount: 9, timestampMs: 4900 };
    expect(outcomeWarning(so, fine, '', info, part)).toBeUndefined();
  });

  it('fails where nothing was decoded, unless nothing was asked for', () => {
    const none = { frameCount: 0, timestampMs: 0 };
    const unreadable = expect.objectContaining({ code: 'CLIP_UNREADABLE' }) as Error;
    expect(() => outcomeWarning(none, fine, 'why', info, options)).toThrow(unreadable);
    const part = { ...options, startMs: 20_000 };
    expect(() => outcomeWarning(none, killed, '', info, part)).toThrow(unreadable);
    expect(outcomeWarning(none, fine, '', info, part)).toContain('no frame from 20.0 s on');
  });

  it('calls a picture above the limit by that name', () => {
    const none = { frameCount: 0, timestampMs: 0 };
    const reason = 'Picture size 90000x90000 exceeds specified max pixel count 67108864, see the';
    expect(() => outcomeWarning(none, fine, reason, info, options)).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }) as Error,
    );
  });
});

describe('StderrTail', () => {
  async function tailOf(text: string): Promise<StderrTail> {
    const stream = Readable.from([Buffer.from(text)], { objectMode: false });
    const tail = new StderrTail(stream);
    while (!stream.readableEnded) await setImmediate();
    return tail;
  }

  it('gives the first line that says something, without addresses, names and control characters', async () => {
    const { reason } = await tailOf(
      '\n[mov,mp4 @ 0x55d0aa] [x @ 0x1] moov\u001b[31m not found\nmore\n',
    );
    expect(reason).toBe('moov [31m not found');
    expect((await tailOf('file:/dev/fd/3: Invalid data\n')).reason).toBe('the clip: Invalid data');
    expect((await tailOf('')).reason).toBe('');
  });

  it('keeps the first and the last of much', async () => {
    const tail = await tailOf(`first\n${'middle\n'.repeat(100_000)}last`);
    expect(tail.reason).toBe('first');
    expect(tail.text).toHaveLength(8192);
    expect(tail.text.endsWith('last')).toBe(true);
  });
});
