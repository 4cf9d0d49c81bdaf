import { fprAt, similarityAt } from '../../core/calibration.js';
import { binOf, countsFrom } from '../scoring/bins.js';
import type { ScorePool } from '../scoring/score-pool.js';
import { pairTotals, vectorSet } from '../scoring/vector-set.js';
import { seeded, shuffled } from '../seeded.js';
import { calibrate, type CalibrateOptions, type Compared, LEAST_PEOPLE } from './calibrate.js';

/** What people say who were not calibrated on, at the similarity that a rate stands for. */
export interface Check {
  /** The rate that was asked for, and what the curve says of it. */
  readonly stated: number;
  readonly low: number;
  readonly high: number;
  /** Share of the left-out people's pairs at or above that similarity, over all folds. */
  readonly found: number;
  readonly isWithin: boolean;
  readonly pairs: number;
}

const FOLDS = 4;
/** In each fold so many people must be left to compare with one another. */
const LEAST_LEFT_OUT = 3;
export const CHECKED_RATES = [1e-1, 1e-2, 1e-3, 1e-4] as const;

/**
 * Leaves a quarter of the people out, calibrates on the others, and counts how often those left out are
 * taken for one another; four times, so that everybody is left out once. A rate that less than one pair
 * would have is not looked at. Empty where people are too few.
 */
export async function crossCheck(
  pool: ScorePool,
  items: readonly Compared[],
  options: CalibrateOptions,
): Promise<Check[]> {
  const people = [...new Set(items.map(({ person }) => person))];
  const leftOut = Math.floor(people.length / FOLDS);
  if (leftOut < LEAST_LEFT_OUT || people.length - leftOut < LEAST_PEOPLE) return [];
  const order = shuffled(people, seeded(options.seed));
  const folds: Check[][] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const out = new Set(order.filter((_, i) => i % FOLDS === fold));
    folds.push(await checkFold(pool, items, out, options));
  }
  return CHECKED_RATES.flatMap((_, i) => joined(folds.flatMap((fold) => fold[i] ?? [])));
}

async function checkFold(
  pool: ScorePool,
  items: readonly Compared[],
  out: ReadonlySet<number>,
  options: CalibrateOptions,
): Promise<Check[]> {
  const kept = items.filter(({ person }) => !out.has(person));
  const { points } = await calibrate(pool, renumbered(kept), options);
  const left = vectorSet(renumbered(items.filter(({ person }) => out.has(person))));
  const { impostor } = await pool.count(left, { signal: options.signal });
  const from = countsFrom(impostor);
  const { impostor: pairs } = pairTotals(left);
  return CHECKED_RATES.map((stated) => {
    const similarity = similarityAt(points, stated);
    const { low, high } = fprAt(points, similarity);
    const found = (from[binOf(similarity)] ?? 0) / pairs;
    return { stated, low, high, found, isWithin: found >= low && found <= high, pairs };
  });
}

/** All folds as one: their people together are all people. */
function joined(folds: readonly Check[]): Check[] {
  const [first] = folds;
  const pairs = folds.reduce((sum, fold) => sum + fold.pairs, 0);
  if (first === undefined || pairs * first.stated < 1) return [];
  const mean = (of: (fold: Check) => number): number =>
    folds.reduce((sum, fold) => sum + of(fold) * (fold.pairs / pairs), 0);
  const [low, high, found] = [mean((f) => f.low), mean((f) => f.high), mean((f) => f.found)];
  return [
    { stated: first.stated, low, high, found, pairs, isWithin: found >= low && found <= high },
  ];
}

/** People counted from 0 without gaps. */
function renumbered(items: readonly Compared[]): Compared[] {
  const numbers = new Map<number, number>();
  return items.map((item) => {
    const person = numbers.get(item.person) ?? numbers.size;
    numbers.set(item.person, person);
    return { ...item, person };
  });
}
