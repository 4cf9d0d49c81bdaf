import { type Kernel, foldAfter, foldDivisor, kernelFromHwio } from '../onnx/fold.js';
import { GraphBuilder } from '../onnx/graph-builder.js';
import { type FeatureMap, add, convolution, pool, relu, zeroExtend } from '../onnx/layers.js';
import { samePadding, validPadding } from '../onnx/padding.js';
import { pixelsMinusMean } from '../onnx/pixels.js';
import { MEAN_RGB, PIXEL_SCALE } from './normalisation.js';
import type { Weights } from './weights.js';

export const RECOGNISER_INPUT_PX = 150;
export const RECOGNISER_DIMENSION = 128;
const STEM_CHANNELS = 32;

/** Residual blocks in order: those with `down` halve the picture. */
const BLOCKS = [
  { name: 'conv32_1', channels: 32, down: false },
  { name: 'conv32_2', channels: 32, down: false },
  { name: 'conv32_3', channels: 32, down: false },
  { name: 'conv64_down', channels: 64, down: true },
  { name: 'conv64_1', channels: 64, down: false },
  { name: 'conv64_2', channels: 64, down: false },
  { name: 'conv64_3', channels: 64, down: false },
  { name: 'conv128_down', channels: 128, down: true },
  { name: 'conv128_1', channels: 128, down: false },
  { name: 'conv128_2', channels: 128, down: false },
  { name: 'conv256_down', channels: 256, down: true },
  { name: 'conv256_1', channels: 256, down: false },
  { name: 'conv256_2', channels: 256, down: false },
  { name: 'conv256_down_out', channels: 256, down: true },
] as const;

/**
 * dlib's face ResNet. input `pixels`: uint8 [N, 150, 150, 3] RGB, a face on the recogniser's own
 * chip; output `feature`: float32 [N, 128], neither centred nor of unit length.
 */
export function buildRecogniserGraph(weights: Weights): Uint8Array {
  const graph = new GraphBuilder('face-recogniser-128');
  const size = { rows: RECOGNISER_INPUT_PX, columns: RECOGNISER_INPUT_PX };
  let map = stem(graph, weights, pixelsMinusMean(graph, size, MEAN_RGB));
  for (const { name, channels, down } of BLOCKS) {
    map = residualBlock(graph, weights, map, name, channels, down);
  }
  const mean = graph.node('GlobalAveragePool', [map.name]);
  const flat = graph.node('Flatten', [mean], { axis: { int: 1 } });
  const matrix = weights.tensor('fc', [map.channels, RECOGNISER_DIMENSION]);
  const feature = graph.node('MatMul', [flat, graph.floats('fc', matrix)]);
  graph.output('feature', feature, 'float32', ['N', RECOGNISER_DIMENSION]);
  return graph.toBytes();
}

function stem(graph: GraphBuilder, weights: Weights, input: FeatureMap): FeatureMap {
  const kernel = foldDivisor(kernelOf(weights, 'conv32_down', 7, 3, STEM_CHANNELS), PIXEL_SCALE);
  const options = { stride: 2, padding: validPadding };
  const map = relu(graph, convolution(graph, input, 'conv32_down', kernel, options));
  return pool(graph, 'MaxPool', map, 3, 2);
}

/** relu(shortcut + conv(relu(conv(x)))). */
function residualBlock(
  graph: GraphBuilder,
  weights: Weights,
  input: FeatureMap,
  name: string,
  channels: number,
  down: boolean,
): FeatureMap {
  const first = kernelOf(weights, `${name}/conv1`, 3, input.channels, channels);
  const second = kernelOf(weights, `${name}/conv2`, 3, channels, channels);
  const options = down ? { stride: 2, padding: validPadding } : { stride: 1, padding: samePadding };
  const middle = relu(graph, convolution(graph, input, `${name}/conv1`, first, options));
  const main = convolution(graph, middle, `${name}/conv2`, second, {
    stride: 1,
    padding: samePadding,
  });
  const shortcut = down ? pool(graph, 'AveragePool', input, 2, 2) : input;
  return relu(graph, addExtended(graph, main, shortcut));
}

/**
 * The sum of two maps, the smaller filled up with zeros: the shortcut lacks channels where they
 * double, and the main way lacks a row and a column where an even side was halved without padding.
 */
function addExtended(graph: GraphBuilder, main: FeatureMap, shortcut: FeatureMap): FeatureMap {
  const to = {
    channels: main.channels,
    rows: Math.max(main.rows, shortcut.rows),
    columns: Math.max(main.columns, shortcut.columns),
  };
  return add(graph, zeroExtend(graph, main, to), zeroExtend(graph, shortcut, to));
}

/** A convolution with the per-channel scale that follows it folded in. */
function kernelOf(
  weights: Weights,
  name: string,
  side: number,
  inputs: number,
  outputs: number,
): Kernel {
  const filters = weights.tensor(`${name}/conv/filters`, [side, side, inputs, outputs]);
  const bias = weights.vector(`${name}/conv/bias`, outputs);
  return foldAfter(kernelFromHwio(filters, bias), {
    scale: weights.vector(`${name}/scale/weights`, outputs),
    shift: weights.vector(`${name}/scale/biases`, outputs),
  });
}
