import { ClipidError } from '../../core/errors.js';
import { GraphBuilder } from '../onnx/graph-builder.js';
import { pixelsMinusMean } from '../onnx/pixels.js';
import { ANCHOR_COUNT, DETECTOR_SQUARE_PX, anchorConstants, keptAnchors } from './anchors.js';
import { type HeadOutputs, headMaps, heads } from './detector-heads.js';
import { HALF_RANGE, mobilenet } from './mobilenet.js';
import type { Weights } from './weights.js';

const STEP_PX = 32;

/** The part of the 512 square, from its top left, that a detector graph looks at. */
export interface DetectorInput {
  /** Multiples of 32, from 32 to 512. */
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * SSD MobileNet v1. input `pixels`: uint8 [N, heightPx, widthPx, 3] RGB, the picture shrunk so that
 * its long side is 512, at the top left, zeros around it. Outputs: `boxes` float32 [N, K, 4], ymin,
 * xmin, ymax, xmax, and `scores` float32 [N, K] in [0, 1]; K is 5118 for the whole square, and the
 * anchors of the covered cells for less.
 *
 * Boxes are shares of the 512 square whatever the input's size (so times 512 is pixels of the
 * input), and may reach outside of it. The maps of a smaller input lie on the square's own grid,
 * so what it says differs from the square's only near the edge that was cut off.
 * Throws FIELD_INVALID for another size, BUNDLE_INVALID for weights that do not fit.
 */
export function buildDetectorGraph(weights: Weights, input: DetectorInput): Uint8Array {
  checkInput(input);
  const graph = new GraphBuilder('face-detector-ssd-mobilenet-v1');
  const size = { rows: input.heightPx, columns: input.widthPx };
  const pixels = pixelsMinusMean(graph, size, [HALF_RANGE, HALF_RANGE, HALF_RANGE]);
  const maps = headMaps(graph, weights, mobilenet(graph, weights, pixels));
  const kept = keptAnchors(maps);
  const outputs = heads(graph, weights, maps);
  const boxes = decodeBoxes(graph, weights, outputs, kept);
  graph.output('boxes', boxes, 'float32', ['N', kept.length, 4]);
  const scores = graph.node('Sigmoid', [outputs.logits]);
  graph.output('scores', scores, 'float32', ['N', kept.length]);
  return graph.toBytes();
}

/** centre = code * size + anchor centre; half = exp(code) * size / 2; box = centre -+ half. */
function decodeBoxes(
  graph: GraphBuilder,
  weights: Weights,
  { codes }: HeadOutputs,
  kept: readonly number[],
): string {
  const extraDim = weights.tensor('Output/extra_dim', [1, ANCHOR_COUNT, 4]);
  const anchors = anchorConstants(extraDim, kept);
  const size = graph.floats('anchors/size', anchors.size);
  const place = graph.floats('anchors/centre', anchors.centre);
  const [shift = '', growth = ''] = graph.nodeWithOutputs('Split', [codes, graph.ints([2, 2])], 2, {
    axis: { int: 2 },
  });
  const centre = graph.node('Add', [graph.node('Mul', [shift, size]), place]);
  const side = graph.node('Mul', [graph.node('Exp', [growth]), size]);
  const half = graph.node('Mul', [side, graph.scalar(0.5)]);
  const corners = [graph.node('Sub', [centre, half]), graph.node('Add', [centre, half])];
  return graph.node('Concat', corners, { axis: { int: 2 } });
}

function checkInput({ widthPx, heightPx }: DetectorInput): void {
  for (const [field, px] of Object.entries({ widthPx, heightPx })) {
    if (px % STEP_PX === 0 && px >= STEP_PX && px <= DETECTOR_SQUARE_PX) continue;
    throw new ClipidError(
      'FIELD_INVALID',
      `${field} must be a multiple of ${STEP_PX} from ${STEP_PX} to ${DETECTOR_SQUARE_PX}, not ${px}.`,
      { field },
    );
  }
}
