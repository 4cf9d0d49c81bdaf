import type { Records } from './records.js';

/** About what kafkajs makes of the smallest record. */
const BYTES_PER_RECORD = 300;

/** What the batches of an answer have grown to, by the memory that they are pieces of. */
const spent = new WeakMap<ArrayBufferLike, number>();

/** Whether another batch of this answer may be decompressed. The first always may. */
export function hasRoom(answer: ArrayBufferLike, mostBytes: number): boolean {
  return (spent.get(answer) ?? 0) <= mostBytes;
}

export function spend(answer: ArrayBufferLike, { bytes, count }: Records): void {
  const cost = bytes.length + count * BYTES_PER_RECORD;
  spent.set(answer, (spent.get(answer) ?? 0) + cost);
}
