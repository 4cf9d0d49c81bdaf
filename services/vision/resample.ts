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
 * Draws the part of a frame that `toSource` maps the target's pixels onto; outside `bounds` is black.
 * Bilinear; where the picture is shrunk to less than about two thirds, each target pixel is the mean
 * of several samples, because single samples of a large face would alias.
 */
export function resampleSquare(
  frame: RgbFrame,
  toSource: Similarity,
  target: SquareTarget,
  bounds: Bounds = frameBounds(frame),
): void {
  const { data, offset, sizePx } = target;
  data.fill(0, offset, offset + sizePx * sizePx * 3);
  const shrink = Math.hypot(toSource.a, toSource.b);
  const samples = Math.min(MOST_SAMPLES, Math.round(shrink));
  if (samples > 1) drawMeans(frame, toSource, target, bounds, samples);
  else drawBilinear(frame, toSource, target, bounds);
}

export function frameBounds(frame: RgbFrame): Bounds {
  return { left: 0, top: 0, right: frame.widthPx - 1, bottom: frame.heightPx - 1 };
}

/**
 * One bilinear sample a pixel, in fixed point with 8 bits of fraction. One long loop on purpose: it
 * runs for every pixel of every face, and a call in it costs more than the arithmetic.
 */
function drawBilinear(
  { pixels, widthPx }: RgbFrame,
  { a, b, tx, ty }: Similarity,
  { data, offset, sizePx }: SquareTarget,
  { left, top, right, bottom }: Bounds,
): void {
  for (let v = 0; v < sizePx; v++) {
    let at = offset + v * sizePx * 3;
    for (let u = 0; u < sizePx; u++, at += 3) {
      const x = a * u - b * v + tx;
      const y = b * u + a * v + ty;
      // Half a pixel beyond the bounds still is the edge.
      if (x < left - 0.5 || y < top - 0.5 || x > right + 0.5 || y > bottom + 0.5) continue;
      const x256 = (Math.min(Math.max(x, left), right) * 256) | 0;
      const y256 = (Math.min(Math.max(y, top), bottom) * 256) | 0;
      const x0 = x256 >> 8;
      const y0 = y256 >> 8;
      const fx = x256 & 255;
      const fy = y256 & 255;
      const i = (y0 * widthPx + x0) * 3;
      const right3 = x0 < right ? i + 3 : i;
      const down = y0 < bottom ? widthPx * 3 : 0;
      const w11 = fx * fy;
      const w10 = (256 - fx) * fy;
      const w01 = fx * (256 - fy);
      const w00 = 65536 - w11 - w10 - w01;
      for (let c = 0; c < 3; c++) {
        const upper = pixels[i + c]! * w00 + pixels[right3 + c]! * w01;
        const lower = pixels[i + down + c]! * w10 + pixels[right3 + down + c]! * w11;
        data[at + c] = (upper + lower + 32768) >> 16;
      }
    }
  }
}

/** The mean of samples x samples nearest pixels, evenly spread over each target pixel. */
function drawMeans(
  { pixels, widthPx }: RgbFrame,
  { a, b, tx, ty }: Similarity,
  { data, offset, sizePx }: SquareTarget,
  { left, top, right, bottom }: Bounds,
  samples: number,
): void {
  const step = 1 / samples;
  const first = step / 2 - 0.5;
  const share = step * step;
  for (let v = 0; v < sizePx; v++) {
    let at = offset + v * sizePx * 3;
    for (let u = 0; u < sizePx; u++, at += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let n = 0, vv = v + first; n < samples; n++, vv += step) {
        for (let m = 0, uu = u + first; m < samples; m++, uu += step) {
          const x = a * uu - b * vv + tx + 0.5;
          const y = b * uu + a * vv + ty + 0.5;
          if (x < left || y < top || x >= right + 1 || y >= bottom + 1) continue;
          const i = ((y | 0) * widthPx + (x | 0)) * 3;
          red += pixels[i]!;
          green += pixels[i + 1]!;
          blue += pixels[i + 2]!;
        }
      }
      data[at] = red * share + 0.5;
      data[at + 1] = green * share + 0.5;
      data[at + 2] = blue * share + 0.5;
    }
  }
}
