import type { PairSample } from './pair-sample.js';

/** What is left when the worst faces are put aside. */
export interface DiscardPoint {
  /** Share of faces (or sets) put aside, those of the lowest quality first, in [0, 1). */
  readonly discarded: number;
  /** Share of the remaining pairs of one person that are missed at the threshold, in [0, 1]. */
  readonly missed: number;
}

const STEPS = 19;
/** A rate of fewer pairs is noise. */
const LEAST_PAIRS = 30;

/**
 * Quality against error, as NIST draws it (error versus discard): if the quality is worth its name, the
 * curve falls. A pair remains while both of its sides do.
 * qualities: [set.count] in the order of the set's rows. Empty where a quality is not known.
 */
export function discardCurve(
  { genuine }: PairSample,
  qualities: readonly number[],
  threshold: number,
): DiscardPoint[] {
  if (qualities.length === 0 || !qualities.every(Number.isFinite)) return [];
  const sorted = [...qualities].sort((a, b) => a - b);
  const points: DiscardPoint[] = [];
  for (let step = 0; step < STEPS; step++) {
    const discarded = step / (STEPS + 1);
    const least = sorted[Math.floor(discarded * sorted.length)] ?? -Infinity;
    let [pairs, missed] = [0, 0];
    genuine.scores.forEach((score, i) => {
      const quality = Math.min(
        qualities[genuine.rows[i] ?? 0] ?? 0,
        qualities[genuine.columns[i] ?? 0] ?? 0,
      );
      if (quality < least) return;
      pairs += genuine.counts[i] ?? 0;
      if (score < threshold) missed += genuine.counts[i] ?? 0;
    });
    if (pairs < LEAST_PAIRS) break;
    points.push({ discarded, missed: missed / pairs });
  }
  return points;
}
