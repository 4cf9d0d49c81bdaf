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

type YuNetPart = Extract<DetectorPart, { family: 'yunet' }>;

/** One stride's outputs, [cells] or [cells, columns]. */
interface Level {
  readonly stridePx: number;
  readonly grid: Grid;
  readonly classes: Float32Array;
  readonly objects: Float32Array;
  readonly boxes: Float32Array;
  readonly points: Float32Array;
}

/**
 * YuNet (Wu, Peng, Yu, "YuNet: A Tiny Millisecond-level Face Detector", 2023) as OpenCV publishes it
 * since March 2023.
 * outputs: cls [1, C, 1] of every stride, then obj [1, C, 1], bbox [1, C, 4] and kps [1, C, 10] of every
 * stride; C cells row by row. score = sqrt(cls obj), both cut to [0, 1]; centre = (cell + bbox[0..1]) x
 * stride; size = exp(bbox[2..3]) x stride; point = (cell + kps) x stride. The first eye and corner are
 * the person's right, left as seen.
 * Result: as `selectFaces`. Throws BUNDLE_INVALID.
 * From OpenCV's modules/objdetect/src/face_detect.cpp.
 */
export function decodeYuNet(
  outputs: readonly NetworkOutput[],
  part: YuNetPart,
  placed: PlacedFrame,
): Detection[] {
  const candidates = levels(outputs, part, placed).flatMap((level) => {
    const found: Candidate[] = [];
    level.classes.forEach((face, cell) => {
      const score = Math.sqrt(share(face) * share(level.objects[cell] ?? 0));
      if (score >= part.scoreThreshold) found.push(candidateAt(level, cell, score));
    });
    return found;
  });
  return selectFaces(candidates, part, placed);
}

function levels(outputs: readonly NetworkOutput[], part: YuNetPart, placed: PlacedFrame): Level[] {
  const count = part.stridesPx.length;
  checkOutputCount(outputs, [4 * count], 'detector', 'cls, obj, bbox and kps of every stride');
  const reader = new DetectorOutputs(outputs, part, placed);
  return part.stridesPx.map((stridePx, i) => {
    const grid = gridOf(placed, stridePx);
    const cells = grid.columns * grid.rows;
    const table = (kind: number, name: string, columns: number): Float32Array =>
      reader.table(kind * count + i, `${name} of stride ${stridePx}`, cells, columns);
    return {
      stridePx,
      grid,
      classes: table(0, 'cls', 1),
      objects: table(1, 'obj', 1),
      boxes: table(2, 'bbox', 4),
      points: table(3, 'kps', 10),
    };
  });
}

/** NaN stays NaN. */
function share(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}

function candidateAt(
  { stridePx, grid, boxes, points }: Level,
  cell: number,
  score: number,
): Candidate {
  const { column, row } = cellAt(grid, cell);
  const [dx = 0, dy = 0, logWidth = 0, logHeight = 0] = boxes.subarray(4 * cell, 4 * cell + 4);
  return aroundCentre(
    score,
    { x: (column + dx) * stridePx, y: (row + dy) * stridePx },
    { width: Math.exp(logWidth) * stridePx, height: Math.exp(logHeight) * stridePx },
    Array.from(
      points.subarray(10 * cell, 10 * cell + 10),
      (value, i) => ((i % 2 === 0 ? column : row) + value) * stridePx,
    ),
  );
}
