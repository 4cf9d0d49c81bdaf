import type { AlignerPart } from './manifest.js';

/** Left eye, right eye, nose tip, left and right mouth corner, as seen: x and y each. */
const TEMPLATES = {
  /** The challenge's, and that of nearly every recogniser trained since ArcFace. */
  'arcface-112': {
    sidePx: 112,
    points: [
      38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041,
    ],
  },
  /**
   * dlib's own chip: its mean face shape (eyes as the mean of their six points, points 30, 48 and 54
   * of the 68) with a padding of 0.25, at 150 px.
   */
  'dlib-150': {
    sidePx: 150,
    points: [47.55, 46.6, 100.48, 46.6, 74.01, 76.56, 50.41, 103.02, 97.61, 103.02],
  },
} as const;

/** [10] where the five points come to lie on a chip of `sizePx`, in its pixels. */
export function alignerPoints({ pointsPx, sizePx }: AlignerPart): number[] {
  if (typeof pointsPx !== 'string') return pointsPx.flat();
  const { sidePx, points } = TEMPLATES[pointsPx];
  return points.map((value) => (value * sizePx) / sidePx);
}
