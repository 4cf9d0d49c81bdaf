import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mapInOrder } from '../../../services/extract/ordered.js';

async function* numbers(count: number, asked: number[] = []): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) {
    asked.push(i);
    yield await Promise.resolve(i);
  }
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

describe('mapInOrder', () => {
  it('yields in order although later work ends first', async () => {
    const work = async (n: number): Promise<number> => {
      await delay(10 - n);
      return n * n;
    };
    expect(await collect(mapInOrder(numbers(5), work, 3))).toEqual([0, 1, 4, 9, 16]);
  });

  it('never runs more at a time than told, and asks the source for no more', async () => {
    let [running, most] = [0, 0];
    const asked: number[] = [];
    const work = async (n: number): Promise<number> => {
      most = Math.max(most, ++running);
      await delay(2);
      running--;
      return n;
    };
    for await (const n of mapInOrder(numbers(10, asked), work, 3))
      expect(asked.length).toBeLessThanOrEqual(n + 3);
    expect(most).toBe(3);
  });

  it('throws what the work threw, once the rest has settled', async () => {
    let settled = 0;
    const work = async (n: number): Promise<number> => {
      await delay(5);
      settled++;
      if (n === 1) throw new Error('broken frame');
      return n;
    };
    await expect(collect(mapInOrder(numbers(10), work, 3))).rejects.toThrow('broken frame');
    expect(settled).toBeGreaterThanOrEqual(3);
  });
});
