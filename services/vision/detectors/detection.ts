import type { Box } from '../../core/boxes.js';

/** A face as a detector says it, in frame pixels. */
export interface Detection {
  /** May reach out of the picture: a face at its edge is one. */
  readonly boxPx: Box;
  /** In [0, 1]. */
  readonly score: number;
  /** [10] x, y of the five points (see `Face`); null where the detector finds none. */
  readonly pointsPx: Float32Array | null;
}

/** How a frame lies in a detector's input: scaled into its top left corner. */
export interface PlacedFrame {
  readonly inputWidthPx: number;
  readonly inputHeightPx: number;
  readonly frameWidthPx: number;
  readonly frameHeightPx: number;
  /** Frame pixels to one pixel of the input, across and down. */
  readonly scaleX: number;
  readonly scaleY: number;
}

/** What an anchor claims, in pixels of the detector's input; any of it may be NaN. */
export interface Candidate {
  readonly score: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** [10] x and y by turns. */
  readonly points: readonly number[] | null;
}

/** Cells of one stride's map over the input. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
}

/** Convolutions of an even stride with padding round up. */
export function gridOf(placed: PlacedFrame, stridePx: number): Grid {
  return {
    columns: Math.ceil(placed.inputWidthPx / stridePx),
    rows: Math.ceil(placed.inputHeightPx / stridePx),
  };
}

/** Cells are counted row by row. */
export function cellAt({ columns }: Grid, cell: number): { column: number; row: number } {
  return { column: cell % columns, row: Math.floor(cell / columns) };
}

/** A candidate from its centre and size. */
export function aroundCentre(
  score: number,
  centre: { readonly x: number; readonly y: number },
  size: { readonly width: number; readonly height: number },
  points: readonly number[],
): Candidate {
  return {
    score,
    left: centre.x - size.width / 2,
    top: centre.y - size.height / 2,
    right: centre.x + size.width / 2,
    bottom: centre.y + size.height / 2,
    points,
  };
}
