import { table } from './table.js';

/** A point of a curve from similarity to false positive rate, wherever it comes from. */
export interface ShownPoint {
  readonly similarity: number;
  readonly fpr: number;
  readonly low: number;
  readonly high: number;
  readonly isFitted: boolean;
  readonly tpr: number | null;
}

/** Rates that are shown of a curve. */
const SHOWN = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8];
/** Rounding may have moved a rate. */
const ABOUT = 1.01;

/** A curve for a person: a line for each of some rates that it reaches. */
export function curveTable(points: readonly ShownPoint[]): string {
  const rows = SHOWN.flatMap((rate) => {
    const point = points.find(({ fpr }) => fpr <= rate * ABOUT);
    return point === undefined ? [] : [row(point)];
  });
  return table(['strangers (one comparison)', 'at', '95 %', '', 'the same person'], rows);
}

function row({ fpr, similarity, low, high, isFitted, tpr }: ShownPoint): string[] {
  const how = isFitted ? 'fitted' : 'counted';
  const same = tpr === null ? '-' : tpr.toFixed(3);
  return [power(fpr), similarity.toFixed(3), range(low, high), how, same];
}

/** `2.0e-4 to 1.0e-3`; where no lower bound is claimed, `up to 1.0e-3`. */
export function range(low: number, high: number): string {
  return low === 0 ? `up to ${power(high)}` : `${power(low)} to ${power(high)}`;
}

export function power(rate: number): string {
  return rate === 0 ? '0' : rate.toExponential(1);
}
