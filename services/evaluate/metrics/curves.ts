import { BIN_COUNT, edgeOf, type ScoreCounts } from '../scoring/bins.js';
import type { ExactScores } from './thresholds.js';

/** A point of ROC and DET: exact shares at a threshold. */
export interface CurvePoint {
  readonly threshold: number;
  readonly fpr: number;
  readonly tpr: number;
}

const POINTS_A_DECADE = 24;
const BARS = 80;

/**
 * Points for the plots, about evenly spread over the logarithm of the false positive rate, from 1 down
 * to the least that occurs. Every one is exact: a bin's edge is a threshold like any other.
 */
export function rocCurve(scores: ExactScores): CurvePoint[] {
  const { impostorFrom, genuineFrom, impostorTotal, genuineTotal } = scores;
  if (impostorTotal === 0 || genuineTotal === 0) return [];
  const points: CurvePoint[] = [];
  let next = Infinity;
  for (let bin = 0; bin <= BIN_COUNT; bin++) {
    const fpr = (impostorFrom[bin] ?? 0) / impostorTotal;
    const tpr = (genuineFrom[bin] ?? 0) / genuineTotal;
    const isLast = fpr > 0 && (impostorFrom[bin + 1] ?? 0) === 0;
    if ((fpr > next || fpr === 0) && !isLast) continue;
    points.push({ threshold: edgeOf(bin), fpr, tpr });
    if (fpr > 0) next = fpr * 10 ** (-1 / POINTS_A_DECADE);
  }
  return points;
}

/** Shares of both kinds of pairs by score: [bars], each summing to 1. */
export interface Histogram {
  readonly least: number;
  readonly most: number;
  readonly genuine: readonly number[];
  readonly impostor: readonly number[];
}

/** Over the range in which scores occur, for a picture. */
export function histogram({ genuine, impostor }: ScoreCounts): Histogram {
  const occurs = (bin: number): boolean => (genuine[bin] ?? 0) + (impostor[bin] ?? 0) > 0;
  const bins = Array.from({ length: BIN_COUNT }, (_, bin) => bin).filter(occurs);
  const first = bins[0] ?? 0;
  const width = Math.max(1, Math.ceil(((bins[bins.length - 1] ?? 0) + 1 - first) / BARS));
  const bars = (counts: Float64Array): number[] => {
    const sums = new Array<number>(BARS).fill(0);
    for (const bin of bins) {
      const bar = Math.floor((bin - first) / width);
      sums[bar] = (sums[bar] ?? 0) + (counts[bin] ?? 0);
    }
    const total = sums.reduce((sum, count) => sum + count, 0);
    return total > 0 ? sums.map((count) => count / total) : sums;
  };
  const range = { least: edgeOf(first), most: edgeOf(first + BARS * width) };
  return { ...range, genuine: bars(genuine), impostor: bars(impostor) };
}
