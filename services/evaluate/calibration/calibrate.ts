import { setImmediate } from 'node:timers/promises';
import type { Calibration, CurvePoint } from '../../core/calibration.js';
import { ClipidError } from '../../core/errors.js';
import { drawPeople } from '../metrics/bootstrap.js';
import { collectPlan } from '../metrics/collect-plan.js';
import { pairSample } from '../metrics/pair-sample.js';
import { binOf, countsFrom } from '../scoring/bins.js';
import type { PassOptions, ScorePool } from '../scoring/score-pool.js';
import { type Labelled, pairTotals, type VectorSet, vectorSet } from '../scoring/vector-set.js';
import { seeded } from '../seeded.js';
import { ImpostorCurve, similarityOfRank } from './impostor-curve.js';
import { rateInterval } from './interval.js';
import { PeoplePairs } from './people-pairs.js';
import { quantiles } from './quantiles.js';
import type { WeightedScores } from './tail.js';

/** A template, or a face, that is compared; its quality is NaN where it is not known. */
export interface Compared extends Labelled {
  readonly quality: number;
}

export interface CalibrateOptions extends PassOptions {
  readonly seed: number;
  readonly nowMs: number;
}

/** Draws of the bootstrap. */
const DRAWS = 200;
/** Fewer people or pairs say nothing about strangers. */
export const LEAST_PEOPLE = 5;
export const LEAST_PAIRS = 1000;
/** Rates of the curve: some of the bulk, then five a decade down to one in 10^12. */
const RATES = [
  ...[0.99, 0.95, 0.9, 0.75, 0.5, 0.25],
  ...Array.from({ length: 56 }, (_, i) => 10 ** (-(i + 5) / 5)),
];

/** Two people, by their most alike templates. */
export interface AlikePeople {
  readonly a: number;
  readonly b: number;
  readonly similarity: number;
}

/** Pairs of people that are told of. */
const MOST_ALIKE = 10;

/** `measure` without its most alike people. */
export async function calibrate(
  pool: ScorePool,
  items: readonly Compared[],
  options: CalibrateOptions,
): Promise<Calibration> {
  const { calibration } = await measure(pool, items, options);
  return calibration;
}

/**
 * From similarity to false positive rate, on every pair of two people: counted where there are pairs
 * enough, by a fitted tail beyond; intervals by bootstrap over people, in which the tail is fitted anew.
 * Beyond what was counted no lower bound is claimed: tails that are fitted to few people state rates that
 * are too high rather than too low.
 * Throws FIELD_INVALID for too few people or pairs, CANCELLED, MODEL_FAILED.
 */
export async function measure(
  pool: ScorePool,
  items: readonly Compared[],
  { seed, nowMs, signal, onProgress }: CalibrateOptions,
): Promise<{ readonly calibration: Calibration; readonly mostAlike: readonly AlikePeople[] }> {
  const set = vectorSet(items);
  checkEnough(set);
  const half = (from: number) => (share: number) => onProgress?.(from + share / 2);
  const counts = await pool.count(set, { signal, onProgress: half(0) });
  const plan = collectPlan(counts, []);
  const collected = await pool.collect(set, plan, { signal, onProgress: half(0.5) });
  const pairs = new PeoplePairs(pairSample(set, collected));
  const { genuine, impostor } = pairTotals(set);
  const genuineFrom = countsFrom(counts.genuine);
  const tprOf = (similarity: number): number | null =>
    genuine === 0 ? null : (genuineFrom[binOf(similarity)] ?? 0) / genuine;
  const points = await pointsOf(pairs, seed, signal);
  const calibration: Calibration = {
    points: points.map((point) => ({ ...point, tpr: tprOf(point.similarity) })),
    people: pairs.people,
    templates: set.count,
    impostorPairs: impostor,
    genuinePairs: genuine,
    qualities: quantiles(items.map(({ quality }) => quality)),
    madeMs: nowMs,
  };
  return { calibration, mostAlike: pairs.mostAlike(MOST_ALIKE) };
}

function checkEnough(set: VectorSet): void {
  const people = new Set(set.persons).size;
  const { impostor } = pairTotals(set);
  if (people >= LEAST_PEOPLE && impostor >= LEAST_PAIRS) return;
  throw new ClipidError(
    'FIELD_INVALID',
    `A calibration needs ${LEAST_PEOPLE} people and ${LEAST_PAIRS} pairs of two people; here are ` +
      `${people} people and ${impostor} pairs.`,
    { field: 'data' },
  );
}

type BarePoint = Omit<CurvePoint, 'tpr'>;

async function pointsOf(
  pairs: PeoplePairs,
  seed: number,
  signal: AbortSignal,
): Promise<BarePoint[]> {
  const joints = pairs.joints();
  const curve = new ImpostorCurve(pairs.everyOne, joints);
  const similarities = similaritiesOf(pairs.everyOne, curve);
  const drawn: number[][] = [];
  const random = seeded(seed);
  for (let draw = 0; draw < DRAWS; draw++) {
    const drawing = pairs.drawn(drawPeople(pairs.people, random));
    if (drawing.total > 0) drawn.push(new ImpostorCurve(drawing, joints).rates(similarities));
    // A draw takes milliseconds; a service has other things to do between them.
    await setImmediate();
    signal.throwIfAborted();
  }
  const rates = curve.rates(similarities);
  const points = similarities.map((similarity, i): BarePoint => {
    const fpr = rates[i] ?? 0;
    const isFitted = similarity > joints.join;
    const column = drawn.map((draw) => draw[i] ?? 0);
    const { low, high } = rateInterval(fpr, column, pairs.people);
    return { similarity, fpr, low: isFitted ? 0 : low, high, isFitted };
  });
  return points.filter(({ fpr }, i) => fpr > 0 && fpr < (points[i - 1]?.fpr ?? 2));
}

/** One for each rate, ascending, at most 1. */
function similaritiesOf(all: WeightedScores, curve: ImpostorCurve): number[] {
  const found = RATES.map((rate) =>
    rate >= curve.rateAtJoin ? similarityOfRank(all, rate * all.total) : curve.similarityOf(rate),
  );
  // Whole numbers of pairs: two rates may have one similarity.
  const ascending = found.filter((one, i) => found.slice(0, i).every((before) => before < one));
  return ascending.filter((one) => one >= -1 && one <= 1);
}
