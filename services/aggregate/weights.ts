import { ClipidError } from '../core/errors.js';

export const AGGREGATIONS = ['qan', 'mean'] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

/** Each frame's share of the template: never negative, summing to 1 (invariant 5). */
export function frameWeights(kind: Aggregation, qualities: readonly number[]): number[] {
  return kind === 'qan' ? qanWeights(qualities) : equalWeights(qualities.length);
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
 * Throws FIELD_INVALID for a quality that is not finite.
 */
export function qanWeights(qualities: readonly number[]): number[] {
  const scaled = scaleToUnitRange(qualities);
  const shares = scaled.length > 2 ? minMaxNormalize(scaled) : scaled.map((q) => Math.max(q, 0));
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (!(total > 0)) return equalWeights(shares.length);
  return shares.map((share) => share / total);
}

/** q / max |q|: the weights do not depend on scale, and neither sums nor differences can overflow. */
function scaleToUnitRange(qualities: readonly number[]): number[] {
  const largest = qualities.reduce((most, q) => Math.max(most, Math.abs(q)), 0);
  if (!Number.isFinite(largest)) {
    throw new ClipidError('FIELD_INVALID', 'A quality must be a finite number.', {
      field: 'quality',
    });
  }
  return largest > 0 ? qualities.map((q) => q / largest) : [...qualities];
}

function minMaxNormalize(qualities: readonly number[]): number[] {
  const least = qualities.reduce((a, b) => Math.min(a, b));
  const range = qualities.reduce((a, b) => Math.max(a, b)) - least;
  return qualities.map((q) => (range > 0 ? (q - least) / range : 0));
}
