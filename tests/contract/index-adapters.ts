import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { similarity } from '../../services/core/vectors.js';
import type { IndexFactory, IndexHit, VectorIndex } from '../../services/gallery/port.js';
import { unitVector } from './store-rows.js';

const DIMENSION = 128;
const COUNT = 2000;
const CHURN = 1000;
const QUERIES = 50;
const K = 10;

const vector = (seed: number) => unitVector(seed, DIMENSION);
const entry = (label: number, seed = label) => ({ label, vector: vector(seed) });
const entries = (count: number) => Array.from({ length: count }, (_, label) => entry(label));
const labelsOf = (hits: readonly IndexHit[]) => hits.map((hit) => hit.label);

/** What the definition says: every similarity, best first, ties by label. */
function bruteForce(query: Float32Array, count: number, k: number): IndexHit[] {
  const hits = entries(count).map((e) => ({
    label: e.label,
    similarity: similarity(query, e.vector),
  }));
  return hits.sort((a, b) => b.similarity - a.similarity || a.label - b.label).slice(0, k);
}

/** What any VectorIndex does; `minRecall` is the share of true neighbours that it finds. */
export function indexContract(name: string, factory: IndexFactory, minRecall: number): void {
  describe(`VectorIndex contract: ${name}`, () => {
    let index: VectorIndex;
    beforeEach(async () => {
      index = await factory.create(DIMENSION);
    });
    afterEach(() => index.close());

    it('finds nothing when empty', async () => {
      expect(index.size()).toBe(0);
      expect(index.dimension).toBe(DIMENSION);
      expect(await index.search(vector(1), 5)).toEqual([]);
      await index.remove([1, 2]);
      await index.add([]);
      expect(index.size()).toBe(0);
    });

    it('returns all it has where k is larger, and nothing for k 0', async () => {
      await index.add(entries(3));
      const hits = await index.search(vector(1), 1000);
      expect(labelsOf(hits).sort()).toEqual([0, 1, 2]);
      expect(hits[0]?.label).toBe(1);
      expect(hits[0]?.similarity).toBeCloseTo(1, 5);
      expect(await index.search(vector(1), 0)).toEqual([]);
    });

    it('keeps similarities in [-1, 1]', async () => {
      const negative = vector(7).map((value) => -value);
      await index.add([entry(7), { label: 8, vector: negative }]);
      const hits = await index.search(vector(7), 2);
      expect(labelsOf(hits)).toEqual([7, 8]);
      expect(hits[0]?.similarity).toBeLessThanOrEqual(1);
      expect(hits[1]?.similarity).toBeGreaterThanOrEqual(-1);
      expect(hits[1]?.similarity).toBeCloseTo(-1, 5);
    });

    it('replaces a label that is there', async () => {
      await index.add(entries(5));
      await index.add([entry(3, 99)]);
      expect(index.size()).toBe(5);
      expect((await index.search(vector(99), 1))[0]?.label).toBe(3);
      expect((await index.search(vector(3), 1))[0]?.similarity).toBeLessThan(0.9);
    });

    it('takes the last of two vectors for one label in one call', async () => {
      await index.add([entry(1, 50), entry(1, 51)]);
      expect(index.size()).toBe(1);
      expect((await index.search(vector(51), 1))[0]?.similarity).toBeCloseTo(1, 5);
    });

    it('forgets what is removed, and takes it again', async () => {
      await index.add(entries(10));
      await index.remove([4, 9, 4, 12345]);
      expect(index.size()).toBe(8);
      expect(labelsOf(await index.search(vector(4), 10))).not.toContain(4);
      await index.add([entry(4)]);
      expect((await index.search(vector(4), 1))[0]?.label).toBe(4);
      expect(index.size()).toBe(9);
    });

    it('orders equal similarities by label, also at the cut', async () => {
      await index.add([9, 2, 7, 4, 1].map((label) => entry(label, 42)));
      await index.add([entry(0)]);
      expect(labelsOf(await index.search(vector(42), 3))).toEqual([1, 2, 4]);
    });

    it('takes labels up to 2^32 - 1', async () => {
      const largest = 2 ** 32 - 1;
      await index.add([entry(0), { label: largest, vector: vector(5) }]);
      expect((await index.search(vector(5), 1))[0]?.label).toBe(largest);
      await index.remove([largest]);
      expect(labelsOf(await index.search(vector(5), 5))).toEqual([0]);
    });

    it('refuses a vector of another dimension', async () => {
      const wrong = unitVector(1, 64);
      const refused = { code: 'FIELD_INVALID' };
      await expect(index.search(wrong, 1)).rejects.toMatchObject(refused);
      await expect(index.add([{ label: 1, vector: wrong }])).rejects.toMatchObject(refused);
      await expect(factory.create(0)).rejects.toMatchObject(refused);
    });

    it('leaves the vectors it was given as they are', async () => {
      const given = vector(3);
      await index.add([{ label: 3, vector: given }]);
      await index.search(given, 1);
      expect(given).toEqual(vector(3));
    });

    it('closes twice', async () => {
      await index.add(entries(3));
      await Promise.all([index.close(), index.close()]);
      await index.close();
    });

    it(`finds at least ${minRecall} of the true neighbours among ${COUNT}`, async () => {
      await index.add(entries(COUNT));
      expect(index.size()).toBe(COUNT);
      expect(await recall(index, COUNT)).toBeGreaterThanOrEqual(minRecall);
    });

    it('still finds them when all were replaced twice and half were removed', async () => {
      await index.add(entries(CHURN));
      await index.add(entries(CHURN).map(({ label }) => entry(label, label + 5000)));
      await index.add(entries(CHURN));
      await index.remove(Array.from({ length: CHURN / 2 }, (_, n) => n + CHURN / 2));
      expect(index.size()).toBe(CHURN / 2);
      expect(await recall(index, CHURN / 2)).toBeGreaterThanOrEqual(minRecall);
      expect(await index.search(vector(0), CHURN)).toHaveLength(CHURN / 2);
    });

    it('finds the others beside many copies of one vector', async () => {
      const copies = Array.from({ length: 500 }, (_, n) => entry(10_000 + n, 77_777));
      await index.add(entries(500));
      await index.add(copies);
      await index.add(entries(1000).slice(500));
      expect(await recall(index, 1000)).toBeGreaterThanOrEqual(minRecall);
      const hits = await index.search(vector(77_777), 100);
      expect(hits).toHaveLength(100);
      expect(hits.every((hit) => hit.similarity > 0.999)).toBe(true);
    });
  });
}

/** The share of the true K nearest that the index names, over QUERIES vectors it does not hold. */
async function recall(index: VectorIndex, count: number): Promise<number> {
  let found = 0;
  for (let query = 0; query < QUERIES; query++) {
    const probe = vector(1_000_000 + query);
    const truth = bruteForce(probe, count, K);
    const hits = await index.search(probe, K);
    expect(hits).toHaveLength(K);
    found += truth.filter((hit) => labelsOf(hits).includes(hit.label)).length;
  }
  return found / (QUERIES * K);
}
