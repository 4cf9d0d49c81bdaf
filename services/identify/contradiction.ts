import { type Calibration, type FprEstimate, fprAt, similarityAt } from '../core/calibration.js';

/** Rates at which two curves are compared. */
const COMPARED = [1e-1, 1e-2, 1e-3];

/**
 * Where a gallery's own people contradict the curve that its searches go by: the one's interval lies
 * beyond the other's. In words, for whoever runs it; empty where they agree.
 */
export function contradictions(own: Calibration, stored: Calibration): string[] {
  return COMPARED.flatMap((rate) => {
    const similarity = similarityAt(stored.points, rate);
    const [found, stated] = [fprAt(own.points, similarity), fprAt(stored.points, similarity)];
    if (found.low > stated.high) return [words(similarity, stated, found, 'more often')];
    if (found.high < stated.low) return [words(similarity, stated, found, 'less often')];
    return [];
  });
}

function words(
  similarity: number,
  stated: FprEstimate,
  found: FprEstimate,
  how: 'more often' | 'less often',
): string {
  return (
    `At similarity ${similarity.toFixed(3)} this gallery's people are mistaken for one another ${how} than ` +
    `its curve states: ${range(found)} against ${range(stated)}.`
  );
}

function range({ value, low, high }: FprEstimate): string {
  return `${rounded(value)} (${rounded(low)} to ${rounded(high)})`;
}

function rounded(rate: number): string {
  return rate === 0 ? '0' : String(Number(rate.toPrecision(2)));
}
