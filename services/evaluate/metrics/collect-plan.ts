import { BIN_COUNT, countsFrom, type ScoreCounts } from '../scoring/bins.js';
import type { CollectPlan, Keeping } from '../scoring/collect-pass.js';
import { flagged } from '../scoring/count-pass.js';
import { equalErrorBin } from './equal-error.js';
import { operatingBins } from './operating-points.js';

/** Pairs of each kind that are kept whole, and about as many again thinned out: some 5 MB in all. */
export const KEPT_PAIRS = 100_000;

/**
 * What the second pass is to bring, from what the first counted: single scores where a threshold lies,
 * the hardest pairs of each kind whole, one of some of the others.
 */
export function collectPlan(
  counts: ScoreCounts,
  fprs: readonly number[],
  kept: number = KEPT_PAIRS,
): CollectPlan {
  const genuineFrom = countsFrom(counts.genuine);
  const impostorFrom = countsFrom(counts.impostor);
  const [genuine = 0, impostor = 0] = [genuineFrom[0], impostorFrom[0]];
  const hasBoth = genuine > 0 && impostor > 0;
  const exact = hasBoth
    ? [...operatingBins(counts, impostor, fprs), equalErrorBin({ genuineFrom, impostorFrom })]
    : [];
  return {
    exact: flagged(exact),
    genuine: keeping(counts.genuine, genuine, kept, false),
    impostor: keeping(counts.impostor, impostor, kept, true),
  };
}

/** Whole bins from one end, as long as they fit; then one of `every`. */
function keeping(counts: Float64Array, total: number, kept: number, fromTop: boolean): Keeping {
  const whole = new Uint8Array(BIN_COUNT);
  let sum = 0;
  for (let step = 0; step < BIN_COUNT; step++) {
    const bin = fromTop ? BIN_COUNT - 1 - step : step;
    const count = counts[bin] ?? 0;
    if (sum + count > kept) break;
    sum += count;
    whole[bin] = 1;
  }
  return { whole, every: Math.max(1, Math.ceil((total - sum) / kept)) };
}
