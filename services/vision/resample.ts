import type { RgbFrame } from '../core/types.js';
import type { Similarity } from './affine.js';

/** A square [sizePx, sizePx, 3] uint8 window of a larger buffer, written row by row. */
export interface SquareTarget {
  readonly data: Uint8Array;
  /** Index of its first byte. */
  readonly offset: number;
  readonly sizePx: number;
}

/** Source pixels outside this rectangle (inclusive edges, pixel indices) count as black. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** More than this many samples along a side of an output pixel no longer shows. */
const MOST_SAMPLES = 4;

/**
 * Draws the part of a frame that `toSource` maps the target's pixels onto.
 * Bilinear; where the picture is shrunk, each target pixel averages several samples, because single
 * samples of a large face would alias. Outside `bounds` is black.
 */
export function resampleSquare(
  frame: RgbFrame,
  toSource: Similarity,
  target: SquareTarget,
  bounds: Bounds = frameBounds(frame),
): void {
  const shrink = Math.hypot(toSource.a, toSource.b);
  const samples = Math.min(MOST_SAMPLES, Math.max(1, Math.round(shrink)));
  const sum = new Float64Array(3);
  let at = target.offset;
  for (let v = 0; v < target.sizePx; v++) {
    for (let u = 0; u < target.sizePx; u++) {
      sum.fill(0);
      for (let j = 0; j < samples; j++) {
        const vv = v + (j + 0.5) / samples - 0.5;
        for (let i = 0; i < samples; i++) {
          const uu = u + (i + 0.5) / samples - 0.5;
          const x = toSource.a * uu - toSource.b * vv + toSource.tx;
          const y = toSource.b * uu + toSource.a * vv + toSource.ty;
          addBilinear(frame, x, y, bounds, sum);
        }
      }
      const share = 1 / (samples * samples);
      target.data[at++] = (sum[0] ?? 0) * share + 0.5;
      target.data[at++] = (sum[1] ?? 0) * share + 0.5;
      target.data[at++] = (sum[2] ?? 0) * share + 0.5;
    }
  }
}

export function frameBounds(frame: RgbFrame): Bounds {
  return { left: 0, top: 0, right: frame.widthPx - 1, bottom: frame.heightPx - 1 };
}

/** Adds the picture's colour at (x, y) to `sum`; half a pixel beyond the bounds still is the edge. */
function addBilinear(
  frame: RgbFrame,
  x: number,
  y: number,
  bounds: Bounds,
  sum: Float64Array,
): void {
  if (x < bounds.left - 0.5 || y < bounds.top - 0.5) return;
  if (x > bounds.right + 0.5 || y > bounds.bottom + 0.5) return;
  const cx = Math.min(Math.max(x, bounds.left), bounds.right);
  const cy = Math.min(Math.max(y, bounds.top), bounds.bottom);
  const x0 = Math.floor(cx);
  const y0 = Math.floor(cy);
  const fx = cx - x0;
  const fy = cy - y0;
  const stepX = x0 < bounds.right ? 3 : 0;
  const stepY = y0 < bounds.bottom ? frame.widthPx * 3 : 0;
  const p = frame.pixels;
  const base = (y0 * frame.widthPx + x0) * 3;
  for (let c = 0; c < 3; c++) {
    const i = base + c;
    const topRow = (p[i] ?? 0) * (1 - fx) + (p[i + stepX] ?? 0) * fx;
    const bottomRow = (p[i + stepY] ?? 0) * (1 - fx) + (p[i + stepX + stepY] ?? 0) * fx;
    sum[c] = (sum[c] ?? 0) + topRow * (1 - fy) + bottomRow * fy;
  }
}
