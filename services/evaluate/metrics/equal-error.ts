import { edgeOf } from '../scoring/bins.js';
import type { ExactScores, Tied } from './thresholds.js';

/** Where as many pairs of one person are missed as pairs of two people match, in shares. */
export interface EqualError {
  /** The mean of both shares where they lie nearest to each other, in [0, 1]. */
  readonly rate: number;
  readonly threshold: number;
}

type Froms = Pick<ExactScores, 'genuineFrom' | 'impostorFrom'>;

/** Misses less false matches, in shares, with the least score of this bin as the threshold. */
function difference({ genuineFrom, impostorFrom }: Froms, bin: number): number {
  const [genuine = 0, impostor = 0] = [genuineFrom[0], impostorFrom[0]];
  return 1 - (genuineFrom[bin] ?? 0) / genuine - (impostorFrom[bin] ?? 0) / impostor;
}

/** The bin within which the two shares cross. */
export function equalErrorBin(froms: Froms): number {
  const bins = froms.genuineFrom.length - 1;
  let [low, high] = [0, bins];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (difference(froms, middle) < 0) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Exact: every score at which either share changes is looked at. Null where one kind of pairs is
 * missing. Of several thresholds with the same difference the lowest counts.
 */
export function equalError(scores: ExactScores): EqualError | null {
  if (scores.genuineTotal === 0 || scores.impostorTotal === 0) return null;
  const bin = equalErrorBin(scores);
  const genuine = scores.genuineIn.get(bin) ?? [];
  const impostor = scores.impostorIn.get(bin) ?? [];
  const inBin = [...genuine, ...impostor].map(([score]) => score);
  const thresholds = [...inBin, edgeOf(bin + 1)].sort((a, b) => a - b);
  const share = (above: number | undefined, list: readonly Tied[], t: number): number =>
    list.reduce((sum, [score, times]) => (score >= t ? sum + times : sum), above ?? 0);
  let best = { distance: Infinity, rate: 0, threshold: 0 };
  for (const threshold of thresholds) {
    const missed = 1 - share(scores.genuineFrom[bin + 1], genuine, threshold) / scores.genuineTotal;
    const matched = share(scores.impostorFrom[bin + 1], impostor, threshold) / scores.impostorTotal;
    const distance = Math.abs(missed - matched);
    if (distance < best.distance) best = { distance, rate: (missed + matched) / 2, threshold };
  }
  return { rate: best.rate, threshold: best.threshold };
}
