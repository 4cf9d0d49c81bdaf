import { type Kernel, foldAfter, kernelFromHwio, selectOutputs } from '../onnx/fold.js';
import type { GraphBuilder } from '../onnx/graph-builder.js';
import { type FeatureMap, convolution } from '../onnx/layers.js';
import { validPadding } from '../onnx/padding.js';
import { GRIDS } from './anchors.js';
import { type BackboneMaps, activated, pointwiseKernel } from './mobilenet.js';
import type { Weights } from './weights.js';

/** The classes that a head scores: background, face, and one that is not used. */
const CLASSES = 3;
const FACE_CLASS = 1;
/** Factors of the box code: centre y and x over 10, log height and width over 5. */
const CODE_FACTORS = [1 / 10, 1 / 10, 1 / 5, 1 / 5];
/** The maps after the backbone: each is a mix of channels, then a halving. */
const EXTRA_LAYERS = [
  { mix: 256, halved: 512 },
  { mix: 128, halved: 256 },
  { mix: 128, halved: 256 },
  { mix: 64, halved: 128 },
] as const;

/** The six maps that the heads look at, from the finest to the coarsest. */
export function headMaps(
  graph: GraphBuilder,
  weights: Weights,
  { fine, coarse }: BackboneMaps,
): FeatureMap[] {
  const maps = [fine, coarse];
  let map = coarse;
  EXTRA_LAYERS.forEach(({ mix, halved }, index) => {
    const layer = index * 2;
    const mixing = pointwiseKernel(weights, 'Prediction', layer, 1, map.channels, mix);
    map = activated(graph, map, `Prediction/Conv2d_${layer}`, mixing, 1);
    const halving = pointwiseKernel(weights, 'Prediction', layer + 1, 3, mix, halved);
    map = activated(graph, map, `Prediction/Conv2d_${layer + 1}`, halving, 2);
    maps.push(map);
  });
  return maps;
}

/** What the heads say of every kept anchor, before anchors and the sigmoid come in. */
export interface HeadOutputs {
  /** [N, K, 4]: centre offset y and x in anchor sizes, log height and width over the anchor's. */
  readonly codes: string;
  /** [N, K]: log odds that the anchor holds a face. */
  readonly logits: string;
}

export function heads(
  graph: GraphBuilder,
  weights: Weights,
  maps: readonly FeatureMap[],
): HeadOutputs {
  const codes: string[] = [];
  const logits: string[] = [];
  maps.forEach((map, level) => {
    const perCell = GRIDS[level]?.perCell ?? 0;
    const name = `Prediction/BoxPredictor_${level}`;
    const boxes = boxKernel(weights, `${name}/BoxEncodingPredictor`, map.channels, perCell);
    const faces = faceKernel(weights, `${name}/ClassPredictor`, map.channels, perCell);
    codes.push(perAnchor(graph, map, `${name}/boxes`, boxes, [0, -1, 4]));
    logits.push(perAnchor(graph, map, `${name}/faces`, faces, [0, -1]));
  });
  const axis = { axis: { int: 1 } };
  return { codes: graph.node('Concat', codes, axis), logits: graph.node('Concat', logits, axis) };
}

/** A head's output, anchors of a cell side by side, cells row by row. */
function perAnchor(
  graph: GraphBuilder,
  map: FeatureMap,
  name: string,
  kernel: Kernel,
  shape: readonly number[],
): string {
  const output = convolution(graph, map, name, kernel, { stride: 1, padding: validPadding });
  const last = graph.node('Transpose', [output.name], { perm: { ints: [0, 2, 3, 1] } });
  return graph.node('Reshape', [last, graph.ints(shape)]);
}

function boxKernel(weights: Weights, name: string, inputs: number, perCell: number): Kernel {
  const outputs = perCell * 4;
  const scale = Float32Array.from({ length: outputs }, (_, i) => CODE_FACTORS[i % 4] ?? 0);
  const shift = new Float32Array(outputs);
  return foldAfter(headKernel(weights, name, inputs, outputs), { scale, shift });
}

/** Only the face's score is kept: two thirds of this head would be computed for nothing. */
function faceKernel(weights: Weights, name: string, inputs: number, perCell: number): Kernel {
  const faces = Array.from({ length: perCell }, (_, i) => i * CLASSES + FACE_CLASS);
  return selectOutputs(headKernel(weights, name, inputs, perCell * CLASSES), faces);
}

function headKernel(weights: Weights, name: string, inputs: number, outputs: number): Kernel {
  const filters = weights.tensor(`${name}/weights`, [1, 1, inputs, outputs]);
  return kernelFromHwio(filters, weights.vector(`${name}/biases`, outputs));
}
