import { binOfRank, type ScoreCounts } from '../scoring/bins.js';
import { countAbove, type ExactScores, impostorOfRank, nextAbove } from './thresholds.js';

/** False positive rates of the challenge and below and above them. */
export const FPRS = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8] as const;

/** Fewer false matches than this say little of a rate (the "rule of 30", Doddington 1998). */
export const FEW_ERRORS = 30;

/** What a threshold does. */
export interface OperatingPoint {
  /** The rate that was asked for. */
  readonly fpr: number;
  /** Share of pairs of one person at or above the threshold, in [0, 1]. */
  readonly tpr: number;
  /** Similarity in [-1, 1]; a pair matches at or above it. */
  readonly threshold: number;
  /** Pairs of two people that may match at this rate; one at least. */
  readonly falseMatches: number;
}

/** Pairs of two people that may match: as many as the rate allows, rounded down. */
function allowed(fpr: number, impostors: number): number {
  // 1e-3 of 5,000 is 5, whatever binary fractions make of it.
  return Math.floor(fpr * impostors * (1 + 1e-12));
}

/** The rates that so many pairs of two people can tell of: one false match at least. */
export function supportedFprs(impostors: number, fprs: readonly number[]): number[] {
  return fprs.filter((fpr) => allowed(fpr, impostors) >= 1);
}

/** The bins that hold the scores which `operatingPoints` needs one by one. */
export function operatingBins(
  { impostor }: ScoreCounts,
  impostors: number,
  fprs: readonly number[],
): number[] {
  return supportedFprs(impostors, fprs).map((fpr) =>
    binOfRank(impostor, allowed(fpr, impostors) + 1),
  );
}

/**
 * The true positive rate at fixed false positive rates, as the challenge's protocol reads it off: with
 * the least threshold at which no larger share of the pairs of two people matches. With k the pairs
 * that may match, that is just above the (k + 1)th largest of their scores; ties stay below.
 */
export function operatingPoints(
  scores: ExactScores,
  counts: ScoreCounts,
  fprs: readonly number[],
): OperatingPoint[] {
  const { impostorTotal, genuineTotal, genuineFrom, genuineIn } = scores;
  return supportedFprs(impostorTotal, fprs).map((fpr) => {
    const rank = allowed(fpr, impostorTotal) + 1;
    const limit = impostorOfRank(scores, rank, binOfRank(counts.impostor, rank));
    const above = countAbove(genuineFrom, genuineIn, limit);
    const threshold = nextAbove(limit);
    return { fpr, tpr: above / genuineTotal, threshold, falseMatches: rank - 1 };
  });
}

/** Why the rates end where they end. */
export function stopsBecause(impostors: number, genuine: number): string {
  if (genuine === 0) return 'no person has two faces (or sets) to compare, so there is no rate';
  const [next] = FPRS.filter((fpr) => allowed(fpr, impostors) < 1);
  if (next === undefined) return '';
  const needed = Math.round(1 / next).toLocaleString('en-US');
  const had = impostors.toLocaleString('en-US');
  return `FPR ${next.toExponential()} needs ${needed} pairs of two people; there are ${had}`;
}
