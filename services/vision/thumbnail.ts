import type { RgbFrame } from '../core/types.js';

export const THUMBNAIL_COLUMNS = 16;
export const THUMBNAIL_ROWS = 9;
/** Pixels looked at along each side of a cell; enough for a mean colour, and independent of size. */
const SAMPLES = 8;

/** The frame as 16 x 9 mean colours: [9, 16, 3] uint8. For noticing cuts, too small to show anyone. */
export function thumbnailOf(frame: RgbFrame): Uint8Array {
  const out = new Uint8Array(THUMBNAIL_ROWS * THUMBNAIL_COLUMNS * 3);
  for (let row = 0; row < THUMBNAIL_ROWS; row++) {
    for (let column = 0; column < THUMBNAIL_COLUMNS; column++) {
      out.set(cellColour(frame, column, row), (row * THUMBNAIL_COLUMNS + column) * 3);
    }
  }
  return out;
}

function cellColour(frame: RgbFrame, column: number, row: number): [number, number, number] {
  let [red, green, blue] = [0, 0, 0];
  for (let j = 0; j < SAMPLES; j++) {
    const y = sampleAt(row, j, THUMBNAIL_ROWS, frame.heightPx);
    for (let i = 0; i < SAMPLES; i++) {
      const at = (y * frame.widthPx + sampleAt(column, i, THUMBNAIL_COLUMNS, frame.widthPx)) * 3;
      red += frame.pixels[at] ?? 0;
      green += frame.pixels[at + 1] ?? 0;
      blue += frame.pixels[at + 2] ?? 0;
    }
  }
  const count = SAMPLES * SAMPLES;
  return [red / count, green / count, blue / count];
}

function sampleAt(cell: number, sample: number, cells: number, sizePx: number): number {
  return Math.floor(((cell + (sample + 0.5) / SAMPLES) * sizePx) / cells);
}
