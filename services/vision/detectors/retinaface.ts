import type { DetectorPart } from '../../models/manifest.js';
import type { NetworkOutput } from '../runtime/network-runner.js';
import { checkOutputCount } from '../outputs.js';
import {
  aroundCentre,
  type Candidate,
  cellAt,
  type Detection,
  type Grid,
  gridOf,
  type PlacedFrame,
} from './detection.js';
import { DetectorOutputs } from './detector-outputs.js';
import { selectFaces } from './select.js';

type RetinaFacePart = Extract<DetectorPart, { family: 'retinaface' }>;

/** The anchors of one stride: `sides` in every cell. */
interface Level {
  readonly stridePx: number;
  readonly grid: Grid;
  readonly sides: readonly number[];
  /** Among the anchors of all strides. */
  readonly firstAnchor: number;
  readonly anchorCount: number;
}

/** Row-major outputs: [A, 4], [A, 2], [A, 10]. */
interface Tables {
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
  readonly points: Float32Array;
}

/**
 * RetinaFace (Deng et al., CVPR 2020) in the form of biubug6/Pytorch_Retinaface.
 * outputs: boxes [1, A, 4], scores [1, A, 2] after softmax (background, face), points [1, A, 10]. Anchors
 * go stride by stride, row by row, cell by cell, and through the sides of the stride; centred at
 * (cell + 0.5) x stride. With variances (v0, v1): centre = anchor + box[0..1] v0 side; size = side
 * exp(box[2..3] v1); point = anchor + offset v0 side.
 * Result: as `selectFaces`. Throws BUNDLE_INVALID.
 * From that repository's layers/functions/prior_box.py and utils/box_utils.py.
 */
export function decodeRetinaFace(
  outputs: readonly NetworkOutput[],
  part: RetinaFacePart,
  placed: PlacedFrame,
): Detection[] {
  const levels = levelsOf(part, placed);
  const tables = readTables(outputs, part, placed, levels);
  const candidates = levels.flatMap((level) => {
    const found: Candidate[] = [];
    for (let i = 0; i < level.anchorCount; i++) {
      const score = tables.scores[2 * (level.firstAnchor + i) + 1] ?? 0;
      if (score >= part.scoreThreshold) found.push(candidateAt(level, i, tables, part.variances));
    }
    return found;
  });
  return selectFaces(candidates, part, placed);
}

function levelsOf({ stridesPx, anchorSidesPx }: RetinaFacePart, placed: PlacedFrame): Level[] {
  let firstAnchor = 0;
  return stridesPx.map((stridePx, i) => {
    const grid = gridOf(placed, stridePx);
    const sides = anchorSidesPx[i] ?? [];
    const anchorCount = grid.columns * grid.rows * sides.length;
    firstAnchor += anchorCount;
    return { stridePx, grid, sides, firstAnchor: firstAnchor - anchorCount, anchorCount };
  });
}

function readTables(
  outputs: readonly NetworkOutput[],
  part: RetinaFacePart,
  placed: PlacedFrame,
  levels: readonly Level[],
): Tables {
  checkOutputCount(outputs, [3], 'detector', 'boxes, scores, points');
  const anchors = levels.reduce((sum, level) => sum + level.anchorCount, 0);
  const reader = new DetectorOutputs(outputs, part, placed);
  return {
    boxes: reader.table(0, 'boxes', anchors, 4),
    scores: reader.table(1, 'scores of background and face', anchors, 2),
    points: reader.table(2, 'points', anchors, 10),
  };
}

/** index: among the anchors of the level. */
function candidateAt(
  { stridePx, grid, sides, firstAnchor }: Level,
  index: number,
  { boxes, scores, points }: Tables,
  [ofPlace, ofSize]: readonly [number, number],
): Candidate {
  const anchor = firstAnchor + index;
  const cell = cellAt(grid, Math.floor(index / sides.length));
  const [x, y] = [(cell.column + 0.5) * stridePx, (cell.row + 0.5) * stridePx];
  const sidePx = sides[index % sides.length] ?? 0;
  const unit = ofPlace * sidePx;
  const [dx = 0, dy = 0, dw = 0, dh = 0] = boxes.subarray(4 * anchor, 4 * anchor + 4);
  const offsets = points.subarray(10 * anchor, 10 * anchor + 10);
  return aroundCentre(
    scores[2 * anchor + 1] ?? 0,
    { x: x + dx * unit, y: y + dy * unit },
    { width: sidePx * Math.exp(dw * ofSize), height: sidePx * Math.exp(dh * ofSize) },
    Array.from(offsets, (value, i) => (i % 2 === 0 ? x : y) + value * unit),
  );
}
