import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../../services/video/byte-reader.js';
import { NutReader, type NutFrame } from '../../../services/video/nut-reader.js';

const FILE_ID = [...Buffer.from('nut/multimedia container\0')];

/** Variable length, big end first, seven bits a byte. */
function v(value: number): number[] {
  const bytes = [value & 127];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift((rest & 127) | 128);
  }
  return bytes;
}

function packet(kind: number, body: number[]): number[] {
  return [0x4e, kind, 0, 0, 0, 0, 0, 0, ...v(body.length), ...body];
}

/**
 * One time base of 1/1000 s. Code 0: everything is written out (flags 8 | 32: time, size).
 * Codes from 100: four bytes, two ticks after the last, with the header [9, 9] left out.
 */
const MAIN = packet(0x4d, [
  ...[3, 1, ...v(65536), 1, 1, ...v(1000)],
  ...[...v(8 | 32), 6, 0, 1, 0, 0, 0, 99], // flags, six fields: pts, mul, stream, size, reserved, count
  ...[0, 8, 3, ...v(5), 0, ...v(4), 0, ...v(156), 0, 1], // eight fields, the last: header 1
  ...[1, 2, 9, 9],
]);
/** Times below 2^7 are the low part. */
const STREAM = packet(0x53, [0, 0, 4, 82, 71, 66, 24, 0, 7, 0, 0, 0]);

async function readAll(bytes: number[], chunkSize = 3, maxBytes = 100): Promise<NutFrame[]> {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize) {
    chunks.push(Buffer.from(bytes.slice(at, at + chunkSize)));
  }
  const stream = Readable.from(chunks, { objectMode: false });
  const reader = new NutReader(new ByteReader(stream, new AbortController().signal), maxBytes);
  const frames: NutFrame[] = [];
  for (let next = await reader.next(); next !== undefined; next = await reader.next()) {
    frames.push(next);
  }
  return frames;
}

const HEADERS = [...FILE_ID, ...MAIN, ...STREAM];
const full = (time: number, ...data: number[]) => [0, ...v(time + 128), ...v(data.length), ...data];

describe('NutReader', () => {
  it('reads whole times and sizes', async () => {
    const frames = await readAll([...HEADERS, ...full(0, 1, 2, 3), ...full(5000, 4)]);
    expect(frames.map((frame) => frame.timestampMs)).toEqual([0, 5000]);
    expect(frames.map((frame) => [...frame.bytes])).toEqual([[1, 2, 3], [4]]);
  });

  it('completes a time that is given by its low part, on both sides of the last', async () => {
    const short = (low: number) => [0, ...v(low), 1, 7];
    const frames = await readAll([...HEADERS, ...full(1000, 1), ...short(1010 % 128), ...short(2)]);
    expect(frames.map((frame) => frame.timestampMs)).toEqual([1000, 1010, 1026]);
  });

  it('takes time, size and left-out bytes from the frame code', async () => {
    const frames = await readAll([...HEADERS, ...full(10, 1), 100, 5, 6]);
    expect(frames[1]?.timestampMs).toBe(12);
    expect([...(frames[1]?.bytes ?? [])]).toEqual([9, 9, 5, 6]);
  });

  it('starts its clock anew at a sync point, and skips packets that it does not know', async () => {
    const sync = packet(0x4b, [...v(4000), 0, 0, 0, 0, 0]);
    const unknown = packet(
      0x49,
      Array.from({ length: 300 }, () => 1),
    );
    const frames = await readAll([...HEADERS, ...sync, ...unknown, 100, 5, 6]);
    expect(frames[0]?.timestampMs).toBe(4002);
  });

  it('ends without an error wherever the stream breaks off', async () => {
    const bytes = [...HEADERS, ...full(0, 1, 2, 3)];
    for (let length = 0; length < bytes.length; length++) {
      expect(await readAll(bytes.slice(0, length))).toEqual([]);
    }
    expect(await readAll(bytes)).toHaveLength(1);
  });

  it('refuses what it was not promised', async () => {
    const internal = { code: 'INTERNAL' };
    await expect(readAll([...FILE_ID, ...full(0, 1)])).rejects.toMatchObject(internal);
    await expect(readAll([...HEADERS, ...full(0, 1, 2, 3)], 3, 2)).rejects.toMatchObject(internal);
    const long = [0x4e, 0x4d, 0, 0, 0, 0, 0, 0, ...v(1e9)];
    await expect(readAll([...FILE_ID, ...long])).rejects.toMatchObject(internal);
  });
});
