import { type FloatTensor, floatTensor } from '../onnx/tensor.js';

/** The square that the detector was trained on; every box is a share of it. */
export const DETECTOR_SQUARE_PX = 512;
/** Cells a side and anchors a cell of each map that a head looks at, for the whole square. */
export const GRIDS = [
  { side: 32, perCell: 3 },
  { side: 16, perCell: 6 },
  { side: 8, perCell: 6 },
  { side: 4, perCell: 6 },
  { side: 2, perCell: 6 },
  { side: 1, perCell: 6 },
] as const;
/** Rows of `Output/extra_dim`: all anchors of the square. */
export const ANCHOR_COUNT = GRIDS.reduce(
  (sum, { side, perCell }) => sum + side * side * perCell,
  0,
);

/** The part of each grid, from its top left, that a picture smaller than the square covers. */
export interface Coverage {
  readonly rows: number;
  readonly columns: number;
}

/**
 * The anchors (rows of `Output/extra_dim`) of the covered part of each grid, in the order in which
 * the heads give them: map by map, row by row, cell by cell.
 */
export function keptAnchors(coverage: readonly Coverage[]): number[] {
  const kept: number[] = [];
  let first = 0;
  GRIDS.forEach(({ side, perCell }, level) => {
    const { rows, columns } = coverage[level] ?? { rows: side, columns: side };
    for (let row = 0; row < rows; row++) {
      const start = first + row * side * perCell;
      for (let i = 0; i < columns * perCell; i++) kept.push(start + i);
    }
    first += side * side * perCell;
  });
  return kept;
}

/** Two constants [1, K, 2], each y then x, in shares of the square. */
export interface AnchorConstants {
  readonly centre: FloatTensor;
  readonly size: FloatTensor;
}

/** extraDim: [1, 5118, 4], ymin, xmin, ymax, xmax in shares of the square. */
export function anchorConstants(extraDim: FloatTensor, kept: readonly number[]): AnchorConstants {
  const centre = new Float32Array(kept.length * 2);
  const size = new Float32Array(kept.length * 2);
  kept.forEach((anchor, k) => {
    for (const axis of [0, 1]) {
      const low = extraDim.values[anchor * 4 + axis] ?? 0;
      const span = (extraDim.values[anchor * 4 + axis + 2] ?? 0) - low;
      size[k * 2 + axis] = span;
      centre[k * 2 + axis] = low + span / 2;
    }
  });
  const dims = [1, kept.length, 2];
  return { centre: floatTensor(dims, centre), size: floatTensor(dims, size) };
}
