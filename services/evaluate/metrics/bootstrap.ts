import { seeded } from '../seeded.js';
import type { PairSample, WeightedPairs } from './pair-sample.js';

/** From the 2.5th to the 97.5th percentile of the drawn values. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly draws: number;
  readonly seed: number;
}

/** Intervals of the rates, in the order of `fprs`, which descend; null where people are too few. */
export interface Intervals {
  readonly tprs: readonly (Interval | null)[];
  readonly equalError: Interval | null;
}

const LEAST_PEOPLE = 3;
/** Draws that gave a rate: fewer are no interval. */
const LEAST_SHARE = 0.5;
const COVERED = 0.95;

/**
 * Confidence by bootstrap over people, not over pairs: pairs of one person resemble each other, and
 * whoever measures again will have other people. People are drawn with replacement; drawn w times, a
 * person's own pairs count w times, and those with a person drawn v times w v times; copies of one
 * person are not compared with each other. The threshold is chosen anew in each draw.
 */
export function bootstrap(
  sample: PairSample,
  fprs: readonly number[],
  { draws, seed }: BootstrapOptions,
): Intervals {
  const sizes = facesOfEach(sample.set.persons);
  if (sizes.length < LEAST_PEOPLE) return { tprs: fprs.map(() => null), equalError: null };
  const random = seeded(seed);
  const results: Rates[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const rates = ratesOf(sample, fprs, sizes, drawPeople(sizes.length, random));
    if (rates !== null) results.push(rates);
  }
  return {
    tprs: fprs.map((_, i) =>
      interval(
        results.map(({ tprs }) => tprs[i] ?? Number.NaN),
        draws,
      ),
    ),
    equalError: interval(
      results.map((rates) => rates.equalError),
      draws,
    ),
  };
}

/** [people]: how often each was drawn; they sum to the number of people. */
export function drawPeople(people: number, random: () => number): Uint32Array {
  const times = new Uint32Array(people);
  for (let i = 0; i < people; i++) {
    const one = Math.min(people - 1, Math.floor(random() * people));
    times[one] = (times[one] ?? 0) + 1;
  }
  return times;
}

export function facesOfEach(persons: Uint32Array): number[] {
  const sizes: number[] = [];
  for (const person of persons) sizes[person] = (sizes[person] ?? 0) + 1;
  return Array.from(sizes, (size: number | undefined) => size ?? 0);
}

interface Rates {
  readonly tprs: readonly number[];
  readonly equalError: number;
}

/** One draw's rates; null where it has no pair of one person, or none of two. */
export function ratesOf(
  { set, genuine, impostor }: PairSample,
  fprs: readonly number[],
  sizes: readonly number[],
  times: Uint32Array,
): Rates | null {
  const totals = totalsOf(sizes, times);
  if (totals.genuine === 0 || totals.impostor === 0) return null;
  const own = new Walk(genuine, set.persons, times);
  const others = new Walk(impostor, set.persons, times);
  // From the lowest rate up, as the walk goes from the highest score down.
  const limits = fprs.map((fpr) => fpr * totals.impostor * (1 + 1e-12)).reverse();
  const tprs: number[] = [];
  let equalError = Number.NaN;
  while (tprs.length < limits.length || Number.isNaN(equalError)) {
    const score = others.next();
    own.above(score);
    const tpr = Math.min(1, own.sum / totals.genuine);
    while (
      tprs.length < limits.length &&
      (others.sum > (limits[tprs.length] ?? 0) || others.isDone)
    )
      tprs.push(tpr);
    const matched = others.sum / totals.impostor;
    if (Number.isNaN(equalError) && (matched >= 1 - tpr || others.isDone))
      equalError = (matched + 1 - tpr) / 2;
  }
  return { tprs: tprs.reverse(), equalError };
}

export function totalsOf(sizes: readonly number[], times: Uint32Array) {
  let [faces, squares, genuine] = [0, 0, 0];
  sizes.forEach((size, person) => {
    const drawn = times[person] ?? 0;
    faces += drawn * size;
    squares += (drawn * size) ** 2;
    genuine += (drawn * size * (size - 1)) / 2;
  });
  return { genuine, impostor: (faces ** 2 - squares) / 2 };
}

/** Pairs from the highest score down, with the sum of what they count in a draw. */
class Walk {
  sum = 0;
  #at = 0;

  constructor(
    private readonly pairs: WeightedPairs,
    private readonly persons: Uint32Array,
    private readonly times: Uint32Array,
  ) {}

  get isDone(): boolean {
    return this.#at >= this.pairs.scores.length;
  }

  /** Takes one pair in; its score. */
  next(): number {
    const at = this.#at++;
    const { scores, counts, rows, columns } = this.pairs;
    const a = this.persons[rows[at] ?? 0] ?? 0;
    const b = this.persons[columns[at] ?? 0] ?? 0;
    const drawn = a === b ? (this.times[a] ?? 0) : (this.times[a] ?? 0) * (this.times[b] ?? 0);
    this.sum += drawn * (counts[at] ?? 0);
    return scores[at] ?? -Infinity;
  }

  /** Takes in all pairs above the score. */
  above(score: number): void {
    while (!this.isDone && (this.pairs.scores[this.#at] ?? 0) > score) this.next();
  }
}

function interval(values: readonly number[], draws: number): Interval | null {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length < Math.max(2, LEAST_SHARE * draws)) return null;
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { low: at((1 - COVERED) / 2), high: at((1 + COVERED) / 2) };
}
