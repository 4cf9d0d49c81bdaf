import { ClipidError } from '../core/errors.js';

export const AGGREGATIONS = ['qan', 'mean'] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

/** How weights are made of qualities. */
export interface WeightRule {
  readonly kind: Aggregation;
  /** Of `qan`, in the unit of the qualities: see qanWeights. 0 when left out, the published rule. */
  readonly leastSpan?: number;
}

/** Each frame's share of the template: never negative, summing to 1 (invariant 5). */
export function frameWeights(
  { kind, leastSpan }: WeightRule,
  qualities: readonly number[],
): number[] {
  return kind === 'qan' ? qanWeights(qualities, leastSpan) : equalWeights(qualities.length);
}

/** 1/n for each of n frames: the plain mean, the reference that QAN++ is measured against. */
export function equalWeights(count: number): number[] {
  return new Array<number>(count).fill(1 / count);
}

/**
 * The weights of QAN++ (Liu et al., "Towards Flops-constrained Face Recognition", ICCVW 2019).
 *
 * qualities: [n] any finite real numbers, larger is better; result: [n].
 * With n > 2, q' = (q - min q) / (max q - min q): the worst frame weighs nothing; with one or two
 * frames q' = q. Then w = q' / sum q'.
 *
 * The published rule divides by zero when all q are equal, and one or two frames can get a negative
 * weight. Here equal qualities get equal weights, a negative q' counts as zero, and when nothing is
 * left to divide by, all weigh the same.
 *
 * It also stretches the smallest differences to the whole of 0 to 1, so that of frames that are equally
 * good one weighs nothing. A net whose scale is known has a `leastSpan` above 0, and then
 * q' = 1 - (max q - q) / max(leastSpan, max q - min q) for any number of frames: the published rule where
 * the frames differ by that much, and the nearer to the plain mean the less they differ.
 * Throws FIELD_INVALID for a quality that is not finite.
 */
export function qanWeights(qualities: readonly number[], leastSpan = 0): number[] {
  const scale = largestOf(qualities);
  const scaled = scale > 0 ? qualities.map((q) => q / scale) : qualities;
  const followsSpan = qualities.length > 2 || leastSpan > 0;
  const shares = followsSpan
    ? spread(scaled, scale > 0 ? leastSpan / scale : leastSpan)
    : scaled.map((q) => Math.max(q, 0));
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (!(total > 0)) return equalWeights(shares.length);
  return shares.map((share) => share / total);
}

/** max |q|: divided by it, neither sums nor differences can overflow, and weights are the same. */
function largestOf(qualities: readonly number[]): number {
  const largest = qualities.reduce((most, q) => Math.max(most, Math.abs(q)), 0);
  if (Number.isFinite(largest)) return largest;
  throw new ClipidError('FIELD_INVALID', 'A quality must be a finite number.', {
    field: 'quality',
  });
}

/** The best to 1; the worst to 0, or above it where they differ by less than `leastSpan`. */
function spread(qualities: readonly number[], leastSpan: number): number[] {
  const most = qualities.reduce((a, b) => Math.max(a, b), -Infinity);
  const span = Math.max(leastSpan, most - qualities.reduce((a, b) => Math.min(a, b), Infinity));
  return qualities.map((q) => (span > 0 ? 1 - (most - q) / span : 1));
}
