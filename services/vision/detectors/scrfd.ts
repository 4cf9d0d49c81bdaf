import type { DetectorPart } from '../../models/manifest.js';
import type { NetworkOutput } from '../runtime/network-runner.js';
import { checkOutputCount } from '../outputs.js';
import { type Candidate, cellAt, type Detection, gridOf, type PlacedFrame } from './detection.js';
import { DetectorOutputs } from './detector-outputs.js';
import { selectFaces } from './select.js';

type ScrfdPart = Extract<DetectorPart, { family: 'scrfd' }>;

/** One stride's outputs: scores [A], boxes [A, 4], points [A, 10] or null. */
interface Level {
  readonly stridePx: number;
  readonly scores: Float32Array;
  readonly boxes: Float32Array;
  readonly points: Float32Array | null;
}

/**
 * SCRFD (Guo et al., "Sample and Computation Redistribution for Efficient Face Detection", ICLR 2022).
 * outputs: scores [A, 1] of every stride, then boxes [A, 4] of every stride, then (where it has them)
 * points [A, 10] of every stride; with or without a batch dim of 1. A is cells x anchorsPerCell, row by
 * row, the anchors of a cell side by side. An anchor stands at (column, row) x stride, without half a
 * cell; boxes are its distances to left, top, right and bottom, points its offsets, all in strides.
 * Result: as `selectFaces`. Throws BUNDLE_INVALID.
 * The form is that of InsightFace's python-package/insightface/model_zoo/scrfd.py.
 */
export function decodeScrfd(
  outputs: readonly NetworkOutput[],
  part: ScrfdPart,
  placed: PlacedFrame,
): Detection[] {
  const candidates = levels(outputs, part, placed).flatMap((level) => {
    const grid = gridOf(placed, level.stridePx);
    const found: Candidate[] = [];
    level.scores.forEach((score, anchor) => {
      if (!(score >= part.scoreThreshold)) return;
      const cell = cellAt(grid, Math.floor(anchor / part.anchorsPerCell));
      found.push(candidateAt(level, anchor, cell));
    });
    return found;
  });
  return selectFaces(candidates, part, placed);
}

function levels(outputs: readonly NetworkOutput[], part: ScrfdPart, placed: PlacedFrame): Level[] {
  const count = part.stridesPx.length;
  const what = 'scores, boxes and perhaps points of every stride';
  checkOutputCount(outputs, [3 * count, 2 * count], 'detector', what);
  const hasPoints = outputs.length === 3 * count;
  const reader = new DetectorOutputs(outputs, part, placed);
  return part.stridesPx.map((stridePx, i) => {
    const { columns, rows } = gridOf(placed, stridePx);
    const anchors = columns * rows * part.anchorsPerCell;
    const of = `of stride ${stridePx}`;
    return {
      stridePx,
      scores: reader.table(i, `scores ${of}`, anchors, 1),
      boxes: reader.table(count + i, `boxes ${of}`, anchors, 4),
      points: hasPoints ? reader.table(2 * count + i, `points ${of}`, anchors, 10) : null,
    };
  });
}

function candidateAt(
  { stridePx, scores, boxes, points }: Level,
  anchor: number,
  { column, row }: { column: number; row: number },
): Candidate {
  const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(4 * anchor, 4 * anchor + 4);
  const offsets = points?.subarray(10 * anchor, 10 * anchor + 10);
  return {
    score: scores[anchor] ?? 0,
    left: (column - left) * stridePx,
    top: (row - top) * stridePx,
    right: (column + right) * stridePx,
    bottom: (row + bottom) * stridePx,
    points: offsets
      ? Array.from(offsets, (value, i) => ((i % 2 === 0 ? column : row) + value) * stridePx)
      : null,
  };
}
