import {
  type Kernel,
  batchNormAsAffine,
  depthwiseKernelFromHwio,
  foldAfter,
  foldDivisor,
  kernelFromHwio,
} from '../onnx/fold.js';
import type { GraphBuilder } from '../onnx/graph-builder.js';
import { type FeatureMap, convolution, relu6 } from '../onnx/layers.js';
import { alignedPadding } from '../onnx/padding.js';
import type { Weights } from './weights.js';

const EPSILON = 0.0010000000474974513;
/** Half of a byte's range: (value - 127.5) / 127.5 lies in [-1, 1]. */
export const HALF_RANGE = 127.5;
/** Output channels of the thirteen pairs of convolutions, and whether a pair halves the picture. */
const PAIRS = [
  { channels: 64, stride: 1 },
  { channels: 128, stride: 2 },
  { channels: 128, stride: 1 },
  { channels: 256, stride: 2 },
  { channels: 256, stride: 1 },
  { channels: 512, stride: 2 },
  { channels: 512, stride: 1 },
  { channels: 512, stride: 1 },
  { channels: 512, stride: 1 },
  { channels: 512, stride: 1 },
  { channels: 512, stride: 1 },
  { channels: 1024, stride: 2 },
  { channels: 1024, stride: 1 },
] as const;
const FINE_PAIR = 11;

/** What the detector's heads look at: 1/16 and 1/32 of the picture's side. */
export interface BackboneMaps {
  readonly fine: FeatureMap;
  readonly coarse: FeatureMap;
}

/** input: pixels minus 127.5, [N, 3, rows, columns]. */
export function mobilenet(graph: GraphBuilder, weights: Weights, input: FeatureMap): BackboneMaps {
  const first = foldDivisor(pointwiseKernel(weights, 'MobilenetV1', 0, 3, 3, 32), HALF_RANGE);
  let map = activated(graph, input, 'MobilenetV1/Conv2d_0', first, 2);
  let fine = map;
  PAIRS.forEach(({ channels, stride }, index) => {
    const name = `MobilenetV1/Conv2d_${index + 1}`;
    const depthwise = depthwiseKernel(weights, `${name}_depthwise`, map.channels);
    map = activated(graph, map, `${name}_depthwise`, depthwise, stride);
    const mix = pointwiseKernel(weights, 'MobilenetV1', index + 1, 1, map.channels, channels);
    map = activated(graph, map, `${name}_pointwise`, mix, 1);
    if (index + 1 === FINE_PAIR) fine = map;
  });
  return { fine, coarse: map };
}

/** A convolution cut to [0, 6], its windows aligned with those of the square picture. */
export function activated(
  graph: GraphBuilder,
  input: FeatureMap,
  name: string,
  kernel: Kernel,
  stride: number,
): FeatureMap {
  const options = { stride, padding: alignedPadding };
  return relu6(graph, convolution(graph, input, name, kernel, options));
}

/** The weights call it pointwise whatever its side; its batch norm is folded in but for the offset. */
export function pointwiseKernel(
  weights: Weights,
  scope: string,
  index: number,
  side: number,
  inputs: number,
  outputs: number,
): Kernel {
  const name = `${scope}/Conv2d_${index}_pointwise`;
  const filters = weights.tensor(`${name}/weights`, [side, side, inputs, outputs]);
  return kernelFromHwio(filters, weights.vector(`${name}/convolution_bn_offset`, outputs));
}

function depthwiseKernel(weights: Weights, name: string, channels: number): Kernel {
  const filters = weights.tensor(`${name}/depthwise_weights`, [3, 3, channels, 1]);
  const norm = {
    mean: weights.vector(`${name}/BatchNorm/moving_mean`, channels),
    variance: weights.vector(`${name}/BatchNorm/moving_variance`, channels),
    offset: weights.vector(`${name}/BatchNorm/beta`, channels),
    scale: weights.vector(`${name}/BatchNorm/gamma`, channels),
  };
  return foldAfter(depthwiseKernelFromHwio(filters), batchNormAsAffine(norm, EPSILON));
}
