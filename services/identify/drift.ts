import { type Calibration, similarityAt, type Snapshot } from '../core/calibration.js';

export const DRIFT_VERDICTS = ['STEADY', 'CHANGED', 'VERY_CHANGED', 'NOT_KNOWN'] as const;
export type DriftVerdict = (typeof DRIFT_VERDICTS)[number];

/** One distribution, then and now. */
export interface Shift {
  readonly medianThen: number;
  readonly medianNow: number;
  /** Greatest difference of the two distribution functions (Kolmogorov and Smirnov's), in [0, 1]. */
  readonly distance: number;
}

/** Whether what comes now looks like what a curve was measured on. */
export interface DriftReport {
  readonly verdict: DriftVerdict;
  /** What that means and what to do, a sentence each. */
  readonly words: readonly string[];
  /** Tracks that came last and were looked at. */
  readonly templates: number;
  /** What they were compared with; null where there is nothing. */
  readonly since: { readonly source: 'GALLERY' | 'BUNDLE'; readonly madeMs: number } | null;
  /** Null where a quality is not known. */
  readonly quality: Shift | null;
  readonly similarity: Shift | null;
}

/** Of 0 %, 5 % ... 100 %. */
const QUANTILES = 21;

/** Distances from which on distributions are called changed. */
const [CHANGED, MUCH] = [0.1, 0.25];

/** Of two distributions by their quantiles, for equal shares; null where one is not known. */
export function shift(then: readonly number[], now: readonly number[]): Shift | null {
  if (then.length < 2 || now.length < 2) return null;
  const median = (quantiles: readonly number[]): number =>
    quantiles[Math.floor(quantiles.length / 2)] ?? Number.NaN;
  const points = [...then, ...now];
  const distance = points.reduce(
    (most, value) => Math.max(most, Math.abs(shareBelow(then, value) - shareBelow(now, value))),
    0,
  );
  return { medianThen: median(then), medianNow: median(now), distance };
}

/** The distribution function, linear between quantiles; where several are equal, the middle of them. */
function shareBelow(quantiles: readonly number[], value: number): number {
  const last = quantiles.length - 1;
  const below = quantiles.filter((one) => one < value).length;
  const equal = quantiles.filter((one) => one === value).length;
  if (equal > 0) return (below + (equal - 1) / 2) / last;
  if (below === 0) return 0;
  if (below > last) return 1;
  const [left, right] = [quantiles[below - 1] ?? value, quantiles[below] ?? value];
  return (below - 1 + (value - left) / (right - left)) / last;
}

/** Quantiles of strangers' similarities, as a curve has them. */
export function curveQuantiles({ points }: Calibration): number[] {
  const last = points[points.length - 1]?.fpr ?? 1;
  return Array.from({ length: QUANTILES }, (_, i) =>
    similarityAt(points, Math.max(1 - i / (QUANTILES - 1), last)),
  );
}

/** The verdict of both shifts: the greater one's. */
export function judge(quality: Shift | null, similarity: Shift | null): DriftVerdict {
  const known = [quality, similarity].filter((one) => one !== null);
  if (known.length === 0) return 'NOT_KNOWN';
  const distance = Math.max(...known.map((one) => one.distance));
  if (distance >= MUCH) return 'VERY_CHANGED';
  return distance >= CHANGED ? 'CHANGED' : 'STEADY';
}

/** In words, for whoever runs it. */
export function explain(
  galleryId: string,
  quality: Shift | null,
  similarity: Shift | null,
): string[] {
  const found = [...qualityWords(quality), ...similarityWords(similarity)];
  if (found.length === 0) return ['What comes looks like what the curve was measured on.'];
  return [
    ...found,
    `Measure again on people as they come now: clipid gallery calibrate ${galleryId}`,
  ];
}

function qualityWords(quality: Shift | null): string[] {
  if (quality === null || quality.distance < CHANGED) return [];
  const { medianThen, medianNow } = quality;
  const medians = `median ${medianNow.toFixed(3)}, it was ${medianThen.toFixed(3)}`;
  if (medianNow >= medianThen) return [`Faces are of better quality than then: ${medians}.`];
  return [
    `Faces are of poorer quality than then: ${medians}. Is a camera dirty, dark, out of focus or ` +
      'further away? Poor faces are found less often, and mistaken more often.',
  ];
}

function similarityWords(similarity: Shift | null): string[] {
  if (similarity === null || similarity.distance < CHANGED) return [];
  const { medianThen, medianNow } = similarity;
  const medians = `half of the pairs reach ${medianNow.toFixed(3)}, it was ${medianThen.toFixed(3)}`;
  if (medianNow <= medianThen)
    return [`Different tracks are less alike than then: ${medians}. Stated rates are too high.`];
  return [
    `Different tracks are more alike than then: ${medians}. Either the same people come often, or ` +
      'strangers are mistaken more often than stated.',
  ];
}

/** What comes now, against the curve's own past. */
export function driftOf(
  galleryId: string,
  now: Snapshot,
  then: { readonly since: NonNullable<DriftReport['since']>; readonly snapshot: Snapshot } | null,
): DriftReport {
  if (then === null) {
    const words = [
      'Neither the gallery nor the bundle was ever measured, so there is nothing to compare with: ' +
        `clipid gallery calibrate ${galleryId}`,
    ];
    const known = { since: null, quality: null, similarity: null };
    return { verdict: 'NOT_KNOWN', words, templates: now.templates, ...known };
  }
  const quality = shift(then.snapshot.qualities, now.qualities);
  const similarity = shift(then.snapshot.similarities, now.similarities);
  return {
    verdict: judge(quality, similarity),
    words: explain(galleryId, quality, similarity),
    templates: now.templates,
    ...{ since: then.since, quality, similarity },
  };
}
