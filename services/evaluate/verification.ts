import { bootstrap, type Interval } from './metrics/bootstrap.js';
import { collectPlan } from './metrics/collect-plan.js';
import { type CurvePoint, type Histogram, histogram, rocCurve } from './metrics/curves.js';
import { discardCurve, type DiscardPoint } from './metrics/discard-curve.js';
import { equalError } from './metrics/equal-error.js';
import { type HardPairs, hardPairs } from './metrics/hard-pairs.js';
import {
  FEW_ERRORS,
  FPRS,
  type OperatingPoint,
  operatingPoints,
  stopsBecause,
} from './metrics/operating-points.js';
import { pairSample } from './metrics/pair-sample.js';
import { exactScores } from './metrics/thresholds.js';
import type { PassOptions, ScorePool } from './scoring/score-pool.js';
import { pairTotals, type VectorSet } from './scoring/vector-set.js';

/** Draws of the bootstrap. */
export const DRAWS = 200;

/** One-to-one comparison: every pair of a set, and what its scores say. */
export interface Verification {
  readonly count: number;
  readonly people: number;
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  readonly points: readonly (OperatingPoint & { readonly interval: Interval | null })[];
  /** Why the rates end where they end; empty where all were measured. */
  readonly stopsBecause: string;
  readonly equalError: {
    readonly rate: number;
    readonly threshold: number;
    readonly interval: Interval | null;
  } | null;
  readonly roc: readonly CurvePoint[];
  readonly histogram: Histogram;
  /** Missed pairs by quality, at the threshold of this false positive rate; null where not known. */
  readonly discard: { readonly fpr: number; readonly points: readonly DiscardPoint[] } | null;
  readonly pairs: HardPairs;
}

export interface VerificationOptions extends PassOptions {
  readonly seed: number;
  /** By the place in the list that the set was made from; NaN where not known. */
  readonly qualities: readonly number[];
  /** Descending; the challenge's and those around it when absent. */
  readonly fprs?: readonly number[];
  /** Of the bootstrap. */
  readonly draws?: number;
}

/** Looks at all pairs twice: once to count, once for the scores that thresholds rest on. */
export async function verify(
  pool: ScorePool,
  set: VectorSet,
  options: VerificationOptions,
): Promise<Verification> {
  const { signal, seed, onProgress, fprs: asked = FPRS, draws = DRAWS } = options;
  const half = (from: number) => (share: number) => onProgress?.(from + share / 2);
  const counts = await pool.count(set, { signal, onProgress: half(0) });
  const plan = collectPlan(counts, asked);
  const collected = await pool.collect(set, plan, { signal, onProgress: half(0.5) });
  const scores = exactScores(counts, collected);
  const sample = pairSample(set, collected);
  const hasBoth = scores.genuineTotal > 0 && scores.impostorTotal > 0;
  const points = hasBoth ? operatingPoints(scores, counts, asked) : [];
  const fprs = points.map(({ fpr }) => fpr);
  const intervals = bootstrap(sample, fprs, { draws: hasBoth ? draws : 0, seed });
  const equal = equalError(scores);
  const { genuine, impostor } = pairTotals(set);
  return {
    count: set.count,
    people: new Set(set.persons).size,
    genuinePairs: genuine,
    impostorPairs: impostor,
    points: points.map((point, i) => ({ ...point, interval: intervals.tprs[i] ?? null })),
    stopsBecause: stopsBecause(impostor, genuine),
    equalError: equal && { ...equal, interval: intervals.equalError },
    roc: rocCurve(scores),
    histogram: histogram(counts),
    discard: discardAt(points, (threshold) =>
      discardCurve(sample, inRows(set, options.qualities), threshold),
    ),
    pairs: hardPairs(sample),
  };
}

function inRows({ order }: VectorSet, qualities: readonly number[]): number[] {
  return Array.from(order, (from) => qualities[from] ?? Number.NaN);
}

/** At the lowest rate that rests on enough false matches; else the highest. */
function discardAt(
  points: readonly OperatingPoint[],
  curve: (threshold: number) => DiscardPoint[],
): Verification['discard'] {
  const firm = points.filter(({ falseMatches }) => falseMatches >= FEW_ERRORS);
  const chosen = firm[firm.length - 1] ?? points[0];
  const drawn = chosen === undefined ? [] : curve(chosen.threshold);
  return chosen === undefined || drawn.length === 0 ? null : { fpr: chosen.fpr, points: drawn };
}
