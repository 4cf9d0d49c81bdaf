import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootstrap, type Interval } from '../../../services/evaluate/metrics/bootstrap.js';
import { collectPlan } from '../../../services/evaluate/metrics/collect-plan.js';
import { pairSample } from '../../../services/evaluate/metrics/pair-sample.js';
import { ScorePool } from '../../../services/evaluate/scoring/score-pool.js';
import { type VectorSet, vectorSet } from '../../../services/evaluate/scoring/vector-set.js';
import { seeded } from '../../../services/evaluate/seeded.js';

const [PEOPLE, EACH, DIMENSION] = [24, 40, 16];
const FPRS = [1e-1, 1e-2, 1e-3, 1e-4];
const { signal } = new AbortController();
let pool: ScorePool;
beforeAll(() => {
  pool = ScorePool.start(2);
});
afterAll(() => pool.close());

/** People who are told apart with many errors, some of them worse than others. */
function people(): VectorSet {
  const random = seeded(4);
  const parts = (): number[] => Array.from({ length: DIMENSION }, () => random() - 0.5);
  const centres = Array.from({ length: PEOPLE }, parts);
  const items = Array.from({ length: PEOPLE * EACH }, (_, i) => {
    const person = i % PEOPLE;
    const noise = 0.6 + person / PEOPLE;
    const raw = parts().map((part, k) => noise * part + (centres[person]?.[k] ?? 0));
    const length = Math.hypot(...raw);
    return { person, embedding: Float32Array.from(raw, (value) => value / length) };
  });
  return vectorSet(items);
}

/** With at most `kept` of the hardest pairs of each kind whole, and about as many of the others. */
async function intervals(set: VectorSet, kept: number): Promise<(Interval | null)[]> {
  const counts = await pool.count(set, { signal });
  const plan = collectPlan(counts, FPRS, kept);
  const sample = pairSample(set, await pool.collect(set, plan, { signal }));
  const { tprs, equalError } = bootstrap(sample, FPRS, { draws: 60, seed: 1 });
  return [...tprs, equalError];
}

function farthest(a: readonly (Interval | null)[], b: readonly (Interval | null)[]): number {
  const ends = (list: readonly (Interval | null)[]): number[] =>
    list.flatMap((one) => [one?.low ?? Number.NaN, one?.high ?? Number.NaN]);
  const other = ends(b);
  return Math.max(...ends(a).map((end, i) => Math.abs(end - (other[i] ?? Number.NaN))));
}

describe('intervals from the hardest pairs and some of the others', () => {
  it('are those of all pairs, but for what thinning leaves to chance', async () => {
    const set = people();
    const all = await intervals(set, Infinity);
    // 441,600 pairs of two people and 18,720 of one.
    expect(farthest(await intervals(set, 20_000), all)).toBeLessThan(0.005);
    expect(farthest(await intervals(set, 4000), all)).toBeLessThan(0.02);
    const widths = all.map((one) => (one?.high ?? 0) - (one?.low ?? 0));
    expect(Math.min(...widths)).toBeGreaterThan(0.02);
  });
});
