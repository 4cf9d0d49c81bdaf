import type { DetectorPart } from '../../models/manifest.js';
import type { NetworkOutput } from '../runtime/network-runner.js';
import { checkOutputCount } from '../outputs.js';
import type { Candidate, Detection, PlacedFrame } from './detection.js';
import { DetectorOutputs } from './detector-outputs.js';
import { selectFaces } from './select.js';

type SsdPart = Extract<DetectorPart, { family: 'ssd' }>;

/**
 * An SSD that has its anchors inside.
 * outputs: boxes [1, A, 4] as top, left, bottom, right in shares of a square whose side is the longest
 * of all the part's graphs; scores [1, A] in [0, 1]. A is as many as there are.
 * Result: as `selectFaces`, without points. Throws BUNDLE_INVALID.
 * Liu et al., "SSD: Single Shot MultiBox Detector", ECCV 2016; corners in the order of TensorFlow's
 * detection networks.
 */
export function decodeSsd(
  outputs: readonly NetworkOutput[],
  part: SsdPart,
  placed: PlacedFrame,
): Detection[] {
  checkOutputCount(outputs, [2], 'detector', 'boxes, then scores');
  const reader = new DetectorOutputs(outputs, part, placed);
  const anchors = outputs[1]?.values.length ?? 0;
  const boxes = reader.table(0, 'boxes', anchors, 4);
  const scores = reader.table(1, 'scores', anchors, 1);
  const squarePx = Math.max(...part.graphs.flatMap((one) => [one.inputWidthPx, one.inputHeightPx]));
  const candidates: Candidate[] = [];
  scores.forEach((score, i) => {
    if (score >= part.scoreThreshold) candidates.push(candidateAt(boxes, i, score, squarePx));
  });
  return selectFaces(candidates, part, placed);
}

function candidateAt(
  boxes: Float32Array,
  anchor: number,
  score: number,
  squarePx: number,
): Candidate {
  const [top = 0, left = 0, bottom = 0, right = 0] = boxes.subarray(4 * anchor, 4 * anchor + 4);
  return {
    score,
    left: left * squarePx,
    top: top * squarePx,
    right: right * squarePx,
    bottom: bottom * squarePx,
    points: null,
  };
}
