import { afterAll, describe, expect, it } from 'vitest';
import { type Calibration, fprAt, similarityAt } from '../../../../services/core/calibration.js';
import { similarity } from '../../../../services/core/vectors.js';
import {
  calibrate,
  type Compared,
  LEAST_PEOPLE,
} from '../../../../services/evaluate/calibration/calibrate.js';
import { crossCheck } from '../../../../services/evaluate/calibration/cross-check.js';
import { binOf, countsFrom } from '../../../../services/evaluate/scoring/bins.js';
import { ScorePool } from '../../../../services/evaluate/scoring/score-pool.js';
import { vectorSet } from '../../../../services/evaluate/scoring/vector-set.js';
import { syntheticPeople } from '../../../helpers/synthetic-people.js';

const pool = ScorePool.start(2);
afterAll(() => pool.close());

const { signal } = new AbortController();
const options = { seed: 1, nowMs: 1_700_000_000_000, signal };
const calibrated = (items: readonly Compared[]): Promise<Calibration> =>
  calibrate(pool, items, options);

/** The rate among many other people, who were not calibrated on. */
async function rateOfOthers(): Promise<(similarity: number) => number> {
  const { impostor } = await pool.count(vectorSet(syntheticPeople(1500, 2, 77_777)), { signal });
  const from = countsFrom(impostor);
  return (at) => (from[binOf(at)] ?? 0) / (from[0] ?? 1);
}

describe('calibrate, on people who were not calibrated on', () => {
  it.each([
    { people: 12, each: 30 },
    { people: 60, each: 8 },
    { people: 200, each: 3 },
  ])('states rates that hold within their intervals: $people people', async ({ people, each }) => {
    const rateOf = await rateOfOthers();
    for (const seed of [1, 2, 3]) {
      const { points } = await calibrated(syntheticPeople(people, each, seed));
      for (const stated of [1e-1, 1e-2, 1e-3, 1e-4]) {
        const at = similarityAt(points, stated);
        const { low, high, value } = fprAt(points, at);
        expect(value).toBeCloseTo(stated, 9);
        expect(rateOf(at)).toBeGreaterThanOrEqual(low);
        expect(rateOf(at)).toBeLessThanOrEqual(high);
      }
    }
  });

  it('is surer of more people', async () => {
    const width = async (people: number): Promise<number> => {
      const { points } = await calibrated(syntheticPeople(people, 6, 4));
      const { low, high } = fprAt(points, similarityAt(points, 0.1));
      return high / low;
    };
    expect(await width(200)).toBeLessThan(await width(20));
  });
});

describe('calibrate', () => {
  it('counts exactly where there are pairs enough, and says where it does not count', async () => {
    const items = syntheticPeople(40, 5, 9);
    const { points, impostorPairs, genuinePairs } = await calibrated(items);
    const scores = items.flatMap((a, i) =>
      items
        .slice(i + 1)
        .filter((b) => b.person !== a.person)
        .map((b) => similarity(a.embedding, b.embedding)),
    );
    expect([impostorPairs, genuinePairs]).toEqual([scores.length, 40 * 10]);
    const [counted, fitted] = [false, true].map((is) => points.filter((p) => p.isFitted === is));
    expect(counted?.length).toBeGreaterThan(8);
    expect(fitted?.length).toBeGreaterThan(20);
    for (const point of counted ?? []) {
      const reached = scores.filter((score) => score >= point.similarity - 1e-6).length;
      expect(Math.abs(reached - point.fpr * scores.length)).toBeLessThanOrEqual(2);
    }
  });

  it('rises in similarity and falls in rate, with the rate in its interval', async () => {
    const { points } = await calibrated(syntheticPeople(30, 8, 5));
    points.forEach((point, i) => {
      const before = points[i - 1];
      expect(point.similarity).toBeGreaterThan(before?.similarity ?? -2);
      expect(point.fpr).toBeLessThan(before?.fpr ?? 2);
      expect(point.low).toBeLessThanOrEqual(point.fpr);
      expect(point.high).toBeGreaterThanOrEqual(point.fpr);
    });
    expect(points.at(-1)?.fpr).toBeLessThan(1e-9);
  });

  it('gives the same curve for the same people and seed', async () => {
    const items = syntheticPeople(20, 8, 6);
    expect(await calibrated(items)).toEqual(await calibrated(items));
  });

  it('keeps the quantiles of the quality, unless one is not known', async () => {
    const items = syntheticPeople(20, 8, 6);
    const { qualities } = await calibrated(items);
    expect(qualities).toHaveLength(21);
    expect(qualities[0]).toBe(Math.min(...items.map(({ quality }) => quality)));
    const unknown = items.map((item, i) => (i === 3 ? { ...item, quality: Number.NaN } : item));
    expect((await calibrated(unknown)).qualities).toEqual([]);
  });

  it('refuses too few people, or pairs', async () => {
    await expect(calibrated(syntheticPeople(LEAST_PEOPLE - 1, 50, 1))).rejects.toMatchObject({
      code: 'FIELD_INVALID',
    });
    await expect(calibrated(syntheticPeople(10, 1, 1))).rejects.toThrow('1000 pairs');
  });

  it('can be given up', async () => {
    const controller = new AbortController();
    const running = calibrate(pool, syntheticPeople(60, 8, 1), {
      ...options,
      signal: controller.signal,
    });
    controller.abort();
    await expect(running).rejects.toThrow();
  });
});

describe('crossCheck', () => {
  it('leaves people out and finds their rates within what the others state', async () => {
    const checks = await crossCheck(pool, syntheticPeople(80, 5, 12), options);
    expect(checks.map(({ stated }) => stated)).toEqual([1e-1, 1e-2, 1e-3, 1e-4]);
    expect(checks.every(({ isWithin }) => isWithin)).toBe(true);
  });

  it('notices a curve that does not hold: people who look alike among those left out', async () => {
    // The later half of the people is squeezed together, as twins and siblings are.
    const items = syntheticPeople(16, 20, 3).map((item) => {
      if (item.person < 12) return item;
      const values = item.embedding.map((value, i) => value + (i === 0 ? 3 : 0));
      const length = Math.hypot(...values);
      return { ...item, embedding: values.map((value) => value / length) };
    });
    const checks = await crossCheck(pool, items, options);
    expect(checks.some(({ found, stated }) => found > stated)).toBe(true);
  });

  it('says nothing of few people', async () => {
    expect(await crossCheck(pool, syntheticPeople(8, 20, 1), options)).toEqual([]);
  });
});
