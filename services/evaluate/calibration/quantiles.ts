const QUANTILES = 21;

/** 0, 0.05 ... 1: [21]. */
export function shares(): number[] {
  return Array.from({ length: QUANTILES }, (_, i) => i / (QUANTILES - 1));
}

/** [21] quantiles from the least to the greatest; empty where there are no values, or one is not known. */
export function quantiles(values: readonly number[]): number[] {
  if (values.length === 0 || !values.every(Number.isFinite)) return [];
  const sorted = [...values].sort((a, b) => a - b);
  return shares().map((share) => sorted[Math.round(share * (sorted.length - 1))] ?? 0);
}
