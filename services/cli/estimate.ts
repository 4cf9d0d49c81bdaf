import type { FprEstimate } from '../gen/clipid/v1/common.js';

/** What a similarity says about strangers, as every --json output shows it. */
export interface EstimateJson {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly extrapolated: boolean;
}

/** The heading of a column of estimates. */
export const ESTIMATE_HEADING = 'false match';

/** Null where there is no curve. */
export function estimateJson(estimate: FprEstimate | undefined): EstimateJson | null {
  if (estimate === undefined) return null;
  const { value, low, high, extrapolated } = estimate;
  return { value, low, high, extrapolated };
}

/** `<= 0.003`, as it is a bound; with a question mark where the curve was not counted but fitted. */
export function estimateText(estimate: EstimateJson | null): string {
  if (estimate === null) return '-';
  const mark = estimate.extrapolated ? ' ?' : '';
  return `<= ${Number(estimate.value.toPrecision(2))}${mark}`;
}
