import { type Kernel, depthwiseKernelFromHwio, foldDivisor, kernelFromHwio } from '../onnx/fold.js';
import { GraphBuilder } from '../onnx/graph-builder.js';
import { type FeatureMap, add, convolution, pool, relu } from '../onnx/layers.js';
import { samePadding } from '../onnx/padding.js';
import { pixelsMinusMean } from '../onnx/pixels.js';
import { MEAN_RGB, PIXEL_SCALE } from './normalisation.js';
import type { Weights } from './weights.js';

export const LANDMARKS_INPUT_PX = 112;
const LANDMARK_VALUES = 136;
const BLOCK_CHANNELS = [32, 64, 128, 256] as const;

/**
 * The full 68-point net. input `pixels`: uint8 [N, 112, 112, 3] RGB; output `landmarks`: float32
 * [N, 136], x and y by turns, as shares of the square (may lie outside [0, 1]).
 */
export function buildLandmarksGraph(weights: Weights): Uint8Array {
  const graph = new GraphBuilder('face-landmarks-68');
  const size = { rows: LANDMARKS_INPUT_PX, columns: LANDMARKS_INPUT_PX };
  let map = pixelsMinusMean(graph, size, MEAN_RGB);
  BLOCK_CHANNELS.forEach((channels, index) => {
    map = denseBlock(graph, weights, map, `dense${index}`, channels);
  });
  const pooled = pool(graph, 'AveragePool', map, 7, 2);
  const feature = graph.node('Flatten', [pooled.name], { axis: { int: 1 } });
  const landmarks = fullyConnected(graph, weights, feature, pooled.channels);
  graph.output('landmarks', landmarks, 'float32', ['N', LANDMARK_VALUES]);
  return graph.toBytes();
}

/** Halves the picture, then three convolutions that each see the sum of all before. */
function denseBlock(
  graph: GraphBuilder,
  weights: Weights,
  input: FeatureMap,
  name: string,
  channels: number,
): FeatureMap {
  const first =
    input.channels === 3
      ? convolution(graph, input, `${name}/conv0`, firstKernel(weights, channels), {
          stride: 2,
          padding: samePadding,
        })
      : separable(graph, weights, input, `${name}/conv0`, channels, 2);
  let sum = relu(graph, first);
  let last = sum;
  for (const step of [1, 2, 3]) {
    const next = separable(graph, weights, last, `${name}/conv${step}`, channels, 1);
    // What is carried on is the sum before its relu; only what the next layer reads is cut.
    sum = add(graph, sum, next);
    last = relu(graph, sum);
  }
  return last;
}

function firstKernel(weights: Weights, channels: number): Kernel {
  const filters = weights.tensor('dense0/conv0/filters', [3, 3, 3, channels]);
  const bias = weights.vector('dense0/conv0/bias', channels);
  return foldDivisor(kernelFromHwio(filters, bias), PIXEL_SCALE);
}

/** One filter a channel, then a mix of the channels, with nothing in between. */
function separable(
  graph: GraphBuilder,
  weights: Weights,
  input: FeatureMap,
  name: string,
  outputs: number,
  stride: number,
): FeatureMap {
  const inputs = input.channels;
  const depthwise = weights.tensor(`${name}/depthwise_filter`, [3, 3, inputs, 1]);
  const pointwise = weights.tensor(`${name}/pointwise_filter`, [1, 1, inputs, outputs]);
  const bias = weights.vector(`${name}/bias`, outputs);
  const filtered = convolution(
    graph,
    input,
    `${name}/depthwise`,
    depthwiseKernelFromHwio(depthwise),
    { stride, padding: samePadding },
  );
  return convolution(graph, filtered, `${name}/pointwise`, kernelFromHwio(pointwise, bias), {
    stride: 1,
    padding: samePadding,
  });
}

function fullyConnected(
  graph: GraphBuilder,
  weights: Weights,
  feature: string,
  inputs: number,
): string {
  const matrix = weights.tensor('fc/weights', [inputs, LANDMARK_VALUES]);
  const bias = weights.tensor('fc/bias', [LANDMARK_VALUES]);
  return graph.node('Gemm', [
    feature,
    graph.floats('fc/weights', matrix),
    graph.floats('fc/bias', bias),
  ]);
}
