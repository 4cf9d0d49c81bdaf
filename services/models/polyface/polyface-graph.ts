import { type Kernel, foldAfter, reorderInputs, scaleAffine } from '../onnx/fold.js';
import { GraphBuilder, type Precision } from '../onnx/graph-builder.js';
import { type FeatureMap, add, convolution, relu } from '../onnx/layers.js';
import { foldBefore, linearLayer } from '../onnx/linear.js';
import { validPadding } from '../onnx/padding.js';
import type { Parameters } from '../parameters.js';
import {
  A_BLOCK,
  A_TO_B,
  B_BLOCK,
  B_TO_C,
  type Branches,
  CONV_EPSILON,
  C_BLOCK,
  HEAD_EPSILON,
  RESIDUAL_FACTOR,
  STEM_1,
  STEM_1_BRANCHES,
  STEM_2,
  STEM_3,
} from './architecture.js';
import { takeBatchNorm } from './batch-norm.js';
import { RGB_OF_BGR, faceInput, mirrorMean, withMirrored } from './face-input.js';
import { type Network, branches, sequence, takeKernel } from './network.js';
import { type PolyFaceShape, checkPolyFaceShape } from './shape.js';

export const FEATURE_OUTPUT = 'feature';

export interface PolyFaceOptions {
  /** The feature is the mean over the face and its mirror image. */
  readonly mirror: boolean;
  /** Of the layers; pixels are resized and scaled, and the feature is given, in float32 always. */
  readonly precision: Precision;
}

/**
 * PolyFace, with its preprocessing. input `pixels`: uint8 [N, 112, 112, 3] RGB, aligned faces; output
 * `feature`: float32 [N, dimension], not of unit length. `parameters` have the authors' names, and
 * are closed. Throws FIELD_INVALID for a shape that no network has, BUNDLE_INVALID for parameters
 * that do not fit the architecture or float16.
 */
export function buildPolyFace(
  parameters: Parameters,
  shape: PolyFaceShape,
  { mirror, precision }: PolyFaceOptions,
): Uint8Array {
  checkPolyFaceShape(shape);
  const graph = new GraphBuilder('polyface', precision);
  const network = { graph, parameters, width: shape.width };
  const face = faceInput(graph, shape.inputPx);
  const faces = mirror ? withMirrored(graph, face) : face;
  const last = body(network, { ...faces, name: graph.toPrecision(faces.name) }, shape.blocks);
  const features = graph.toFloat32(head(network, last, shape.dimension));
  parameters.close();
  const feature = mirror ? mirrorMean(graph, features, shape.dimension) : features;
  graph.output(FEATURE_OUTPUT, feature, 'float32', ['N', shape.dimension]);
  return graph.toBytes();
}

function body(network: Network, faces: FeatureMap, blocks: PolyFaceShape['blocks']): FeatureMap {
  const a = residualBlocks(network, stem(network, faces), 'a10', blocks.a, A_BLOCK);
  const toB = branches(network, a, 'a2b', A_TO_B);
  const b = residualBlocks(network, toB, 'b20', blocks.b, B_BLOCK);
  const toC = branches(network, b, 'b2c', B_TO_C);
  return residualBlocks(network, toC, 'c10', blocks.c, C_BLOCK);
}

function stem(network: Network, faces: FeatureMap): FeatureMap {
  // The authors' first kernel reads blue first; our planes are red first.
  const fromBgr = (kernel: Kernel) => reorderInputs(kernel, RGB_OF_BGR);
  const step1 = sequence(network, faces, 'stem.step1.stem', STEM_1, fromBgr);
  const parts: [string, Branches][] = [
    ['stem.step1', STEM_1_BRANCHES],
    ['stem.step2', STEM_2],
    ['stem.step3', STEM_3],
  ];
  return parts.reduce((map, [name, sides]) => branches(network, map, name, sides), step1);
}

function residualBlocks(
  network: Network,
  input: FeatureMap,
  name: string,
  count: number,
  sides: Branches,
): FeatureMap {
  let map = input;
  for (let i = 0; i < count; i++) map = residualBlock(network, map, `${name}.${i}`, sides);
  return map;
}

/** ReLU(x + RESIDUAL_FACTOR * branch(x)); batch norm and factor are folded into the last kernel. */
function residualBlock(
  network: Network,
  input: FeatureMap,
  name: string,
  sides: Branches,
): FeatureMap {
  const { graph, parameters } = network;
  const joined = branches(network, input, name, sides);
  const dims = [input.channels, joined.channels, 1, 1] as const;
  const norm = takeBatchNorm(parameters, `${name}.stem.1`, input.channels, CONV_EPSILON);
  const own = takeKernel(parameters, `${name}.stem.0`, dims);
  const kernel = foldAfter(own, scaleAffine(norm, RESIDUAL_FACTOR));
  const options = { stride: 1, padding: validPadding };
  const residual = convolution(graph, joined, `${name}.stem`, kernel, options);
  return relu(graph, add(graph, input, residual));
}

/** Batch norm, folded into the linear layer behind it. Gives [N, dimension]. */
function head({ graph, parameters }: Network, last: FeatureMap, dimension: number): string {
  const norm = takeBatchNorm(parameters, 'fc.bn1', last.channels, HEAD_EPSILON);
  const inputs = last.channels * last.rows * last.columns;
  const weights = parameters.take('fc.fc.weight', [dimension, inputs]);
  const bias = parameters.take('fc.fc.bias', [dimension]).values;
  return linearLayer(graph, last, 'fc', foldBefore({ weights, bias }, norm));
}
