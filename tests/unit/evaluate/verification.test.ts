import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScorePool } from '../../../services/evaluate/scoring/score-pool.js';
import { type Labelled, vectorSet } from '../../../services/evaluate/scoring/vector-set.js';
import { seeded } from '../../../services/evaluate/seeded.js';
import { verify, type Verification } from '../../../services/evaluate/verification.js';
import { allScores, bestTpr, countAtLeast, equalErrorOf, fprsOf } from './brute-force.js';

let pool: ScorePool;
beforeAll(() => {
  pool = ScorePool.start(2);
});
afterAll(() => pool.close());

const { signal } = new AbortController();
function run(items: readonly Labelled[], qualities: readonly number[] = []): Promise<Verification> {
  return verify(pool, vectorSet(items), { signal, seed: 1, qualities });
}

/**
 * Vectors whose products are exact in float32 whatever the order of the sums, as all parts are
 * multiples of 1/32: a coarse grid also means many ties.
 */
function gridItems(count: number, people: number, dimension: number, seed: number): Labelled[] {
  const random = seeded(seed);
  const parts = (): number => Math.round((random() - 0.5) * 8) / 32;
  const centres = Array.from({ length: people }, () => Array.from({ length: dimension }, parts));
  return Array.from({ length: count }, () => {
    const person = Math.floor(random() * people);
    const centre = centres[person] ?? [];
    return { person, embedding: Float32Array.from(centre, (value) => value + parts() / 2) };
  });
}

describe('rates of all pairs, in blocks', () => {
  it.each([
    { name: 'several blocks with a rest', count: 1300, people: 40, dimension: 16 },
    { name: 'fewer than a block', count: 90, people: 7, dimension: 8 },
    { name: 'whole blocks', count: 1024, people: 300, dimension: 8 },
    { name: 'ties everywhere', count: 700, people: 12, dimension: 2 },
  ])('equal the brute force: $name', async ({ count, people, dimension }) => {
    const items = gridItems(count, people, dimension, count);
    const scores = allScores(items);
    const found = await run(items);
    expect(found.genuinePairs).toBe(scores.genuine.length);
    expect(found.impostorPairs).toBe(scores.impostor.length);
    expect(found.points.map(({ fpr }) => fpr)).toEqual(fprsOf(scores));
    for (const { fpr, tpr, threshold, falseMatches } of found.points) {
      expect(tpr).toBe(bestTpr(scores, fpr));
      expect(countAtLeast(scores.genuine, threshold) / scores.genuine.length).toBe(tpr);
      expect(countAtLeast(scores.impostor, threshold)).toBeLessThanOrEqual(falseMatches);
    }
    expect(found.equalError?.rate).toBeCloseTo(equalErrorOf(scores), 12);
    for (const { threshold, fpr, tpr } of found.roc) {
      expect(countAtLeast(scores.impostor, threshold) / scores.impostor.length).toBe(fpr);
      expect(countAtLeast(scores.genuine, threshold) / scores.genuine.length).toBe(tpr);
    }
  });

  it('says where rates end, and why', async () => {
    const found = await run(gridItems(90, 7, 8, 90));
    expect(found.points.map(({ fpr }) => fpr)).toEqual([1e-1, 1e-2, 1e-3]);
    expect(found.stopsBecause).toMatch(/^FPR 1e-4 needs 10,000 pairs of two people; there are \d/);
  });

  it('agrees with a case computed by hand', async () => {
    // Similarities of one person: 1 and 0.6; of two people: 0.8 and 0, each twice.
    const at = (person: number, x: number, y: number): Labelled => ({
      person,
      embedding: Float32Array.of(x, y),
    });
    const items = [at(0, 1, 0), at(0, 1, 0), at(1, 0, 1), at(1, 0.8, 0.6)];
    const found = await run(items);
    expect(found.genuinePairs).toBe(2);
    expect(found.impostorPairs).toBe(4);
    // At 0.7: one of two missed, two of four match.
    expect(found.equalError?.rate).toBe(0.5);
    expect(found.points).toEqual([]);
    expect(found.stopsBecause).toMatch(/^FPR 1e-1 needs 10 pairs of two people; there are 4/);
  });

  it('survives one person, one face each, and all vectors alike', async () => {
    const alike = (person: number): Labelled => ({ person, embedding: Float32Array.of(1, 0) });
    const onePerson = await run([alike(0), alike(0), alike(0)]);
    expect(onePerson.points).toEqual([]);
    expect(onePerson.equalError).toBeNull();
    const strangers = await run(Array.from({ length: 20 }, (_, i) => alike(i)));
    expect(strangers.points).toEqual([]);
    expect(strangers.stopsBecause).toContain('no person has two faces');
    const same = await run(Array.from({ length: 60 }, (_, i) => alike(i % 20)));
    expect(same.points.map(({ tpr }) => tpr)).toEqual([0, 0, 0]);
    expect(same.equalError?.rate).toBe(0.5);
  });

  it('refuses vectors that are not numbers', () => {
    const item = { person: 0, embedding: Float32Array.of(1, Number.NaN) };
    expect(() => vectorSet([item])).toThrow('finite');
    expect(() => vectorSet([])).not.toThrow();
  });

  it('is given up when told to', async () => {
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    const set = vectorSet(gridItems(50, 5, 4, 1));
    const options = { signal: controller.signal, seed: 1, qualities: [] };
    await expect(verify(pool, set, options)).rejects.toThrow('enough');
  });

  it('names the hardest pairs by their places in the list', async () => {
    const items = gridItems(600, 30, 12, 3);
    const { pairs } = await run(items);
    const { genuine, impostor } = allScores(items);
    expect(pairs.missed[0]?.similarity).toBe(genuine[0]);
    expect(pairs.mistaken[0]?.similarity).toBe(impostor[impostor.length - 1]);
    const { a = 0, b = 0 } = pairs.mistaken[0] ?? {};
    expect(items[a]?.person).not.toBe(items[b]?.person);
  });
});
