import { describe, expect, it } from 'vitest';
import { HnswShard } from '../../../../services/gallery/index/hnsw-shard.js';
import { unitVector } from '../../../contract/store-rows.js';

const DIMENSION = 16;
const OPTIONS = { m: 16, efConstruction: 100, efSearch: 64 };

function add(shard: HnswShard, labels: readonly number[], shift = 0): void {
  const vectors = new Float32Array(labels.length * DIMENSION);
  labels.forEach((label, row) =>
    vectors.set(unitVector(label + shift, DIMENSION), row * DIMENSION),
  );
  shard.add(Uint32Array.from(labels), vectors);
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);
const all = (shard: HnswShard) =>
  shard
    .search(unitVector(0, DIMENSION), 10_000)
    .map((hit) => hit.label)
    .sort((a, b) => a - b);

describe('HnswShard, with a third of its slots deleted', () => {
  it('copies its graph in steps, and follows changes meanwhile', () => {
    const shard = new HnswShard(DIMENSION, OPTIONS);
    add(shard, range(0, 300));
    shard.remove(Uint32Array.from(range(0, 90)));
    expect(shard.isCopying).toBe(false);
    shard.remove(Uint32Array.from(range(90, 110)));
    expect(shard.isCopying).toBe(true);
    shard.copySome(200);
    shard.remove(Uint32Array.of(110, 299)); // One copied by now, one not yet.
    add(shard, [5]); // Comes back.
    add(shard, [150, 298], 10_000); // Other vectors, of one copied by now and one not yet.
    const expected = [5, ...range(111, 299)];
    expect(all(shard)).toEqual(expected);
    while (shard.isCopying) shard.copySome(50);
    expect(all(shard)).toEqual(expected);
    expect(shard.size).toBe(expected.length);
    for (const label of [150, 298]) {
      const [best] = shard.search(unitVector(label + 10_000, DIMENSION), 1);
      expect(best?.label).toBe(label);
      expect(best?.similarity).toBeCloseTo(1, 5);
    }
  });

  it('keeps equal vectors together through a copy', () => {
    const shard = new HnswShard(DIMENSION, OPTIONS);
    add(shard, range(0, 100));
    const same = new Float32Array(range(0, 5).flatMap(() => [...unitVector(7, DIMENSION)]));
    shard.add(Uint32Array.from(range(500, 505)), same);
    shard.remove(Uint32Array.from([7, 501, ...range(20, 60)]));
    while (shard.isCopying) shard.copySome(10);
    const hits = shard.search(unitVector(7, DIMENSION), 5);
    expect(hits.slice(0, 4).map((hit) => hit.label)).toEqual([500, 502, 503, 504]);
    expect(hits[4]?.similarity).toBeLessThan(0.99);
  });

  it('works on when everything was removed', () => {
    const shard = new HnswShard(DIMENSION, OPTIONS);
    add(shard, range(0, 100));
    shard.remove(Uint32Array.from(range(0, 100)));
    expect(all(shard)).toEqual([]);
    shard.copySome(1000);
    add(shard, [3]);
    expect(all(shard)).toEqual([3]);
  });
});
