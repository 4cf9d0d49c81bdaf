import type { RgbFrame } from '../../core/types.js';
import { resizeInto } from '../resize.js';

/** Share of the light that the other picture of a face has. */
const DIM = 0.8;
/** How many times smaller the blurred picture has been. */
const SHRINK = 12;

/** Another picture of the same people: mirrored and a fifth darker. */
export function otherPicture(frame: RgbFrame): RgbFrame {
  const { widthPx, pixels } = frame;
  const out = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length / 3; i++) {
    const column = i % widthPx;
    const from = 3 * (i - column + (widthPx - 1 - column));
    for (let c = 0; c < 3; c++) out[3 * i + c] = (pixels[from + c] ?? 0) * DIM;
  }
  return { ...frame, pixels: out };
}

/** The picture as if it had been tiny: shrunk and scaled up again. */
export function blurredPicture(frame: RgbFrame): RgbFrame {
  const side = (px: number): number => Math.max(1, Math.round(px / SHRINK));
  const tiny = scaled(frame, side(frame.widthPx), side(frame.heightPx));
  return scaled(tiny, frame.widthPx, frame.heightPx);
}

function scaled(frame: RgbFrame, widthPx: number, heightPx: number): RgbFrame {
  const pixels = new Uint8Array(widthPx * heightPx * 3);
  resizeInto(frame, pixels, widthPx, widthPx, heightPx);
  return { ...frame, widthPx, heightPx, pixels };
}
