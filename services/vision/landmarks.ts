import type { Box } from '../core/boxes.js';
import type { RgbFrame } from '../core/types.js';
import type { Similarity } from './affine.js';
import type { Bounds } from './resample.js';

/** x and y of 68 landmarks. */
export const LANDMARK_VALUES = 136;

/** How a face's box was put into the landmark net's square: needed to read its answer. */
export interface LandmarkCrop {
  readonly toSource: Similarity;
  readonly bounds: Bounds;
}

/**
 * The box, cut to the picture, scaled to fit a square and centred in it, black around: the framing
 * that the landmark net was trained with. Null where nothing of the box lies in the picture.
 */
export function landmarkCrop(frame: RgbFrame, boxPx: Box, sizePx: number): LandmarkCrop | null {
  const left = Math.max(0, Math.floor(boxPx.x));
  const top = Math.max(0, Math.floor(boxPx.y));
  const right = Math.min(frame.widthPx, Math.floor(boxPx.x + boxPx.width));
  const bottom = Math.min(frame.heightPx, Math.floor(boxPx.y + boxPx.height));
  if (right - left < 2 || bottom - top < 2) return null;
  const scale = Math.max(right - left, bottom - top) / sizePx;
  const padX = (sizePx - (right - left) / scale) / 2;
  const padY = (sizePx - (bottom - top) / scale) / 2;
  return {
    toSource: {
      a: scale,
      b: 0,
      tx: left + (0.5 - padX) * scale - 0.5,
      ty: top + (0.5 - padY) * scale - 0.5,
    },
    bounds: { left, top, right: right - 1, bottom: bottom - 1 },
  };
}

/**
 * Five points in frame pixels from 68 landmarks (the iBUG 300-W order).
 * landmarks: [136] x, y as shares of the square of `sizePx`; result: [10] x, y of left eye, right eye
 * (means of their six points), nose tip, left and right mouth corner, as seen in the picture.
 */
export function fivePoints(
  landmarks: Float32Array,
  crop: LandmarkCrop,
  sizePx: number,
): Float32Array {
  const { a, tx, ty } = crop.toSource;
  const points = [range(36, 42), range(42, 48), [30], [48], [54]];
  return Float32Array.from(
    points.flatMap((indices) => {
      const meanOf = (axis: 0 | 1): number =>
        indices.reduce((sum, i) => sum + (landmarks[2 * i + axis] ?? 0), 0) / indices.length;
      return [a * meanOf(0) * sizePx + tx, a * meanOf(1) * sizePx + ty];
    }),
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
