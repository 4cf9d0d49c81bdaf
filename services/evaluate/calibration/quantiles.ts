/** Of 0 %, 5 % ... 100 %. */
const QUANTILES = 21;

/** [21] quantiles from the least to the greatest; empty where there are no values, or one is not known. */
export function quantiles(values: readonly number[]): number[] {
  if (values.length === 0 || !values.every(Number.isFinite)) return [];
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return Array.from({ length: QUANTILES }, (_, i) => at(i / (QUANTILES - 1)));
}
