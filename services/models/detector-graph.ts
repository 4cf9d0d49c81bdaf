import { ClipidError } from '../core/errors.js';
import type { DetectorGraph } from './manifest.js';

/** A picture's size once its long side is as long as the graphs' longest: `512 x 288`. */
export interface FittedSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Both sides at least 1 px, the long one exactly `longSidePx`. */
export function fitLongSide(widthPx: number, heightPx: number, longSidePx: number): FittedSize {
  const scale = longSidePx / Math.max(widthPx, heightPx);
  const side = (px: number) => Math.min(longSidePx, Math.max(1, Math.round(px * scale)));
  return { widthPx: side(widthPx), heightPx: side(heightPx) };
}

/** Index of the smallest graph that holds the whole fitted picture. Throws BUNDLE_INVALID if none does. */
export function chooseDetectorGraph(graphs: readonly DetectorGraph[], fitted: FittedSize): number {
  let best = -1;
  let bestArea = Number.POSITIVE_INFINITY;
  graphs.forEach(({ inputWidthPx, inputHeightPx }, index) => {
    if (inputWidthPx < fitted.widthPx || inputHeightPx < fitted.heightPx) return;
    const area = inputWidthPx * inputHeightPx;
    if (area >= bestArea) return;
    best = index;
    bestArea = area;
  });
  if (best >= 0) return best;
  throw new ClipidError(
    'BUNDLE_INVALID',
    `No detector graph holds a picture of ${fitted.widthPx} x ${fitted.heightPx}; add a square one.`,
    { field: 'detector.graphs' },
  );
}
