import { ClipidError } from '../../core/errors.js';
import { type FloatTensor, dimAt, floatTensor, permute } from './tensor.js';

/** A convolution's constants. weights: [outputs, inputs / groups, rows, columns]; bias: [outputs]. */
export interface Kernel {
  readonly weights: FloatTensor;
  readonly bias: Float32Array;
  readonly groups: number;
}

/** Per output channel: y = x * scale + shift. Both [outputs]. */
export interface Affine {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

/** weights: [rows, columns, inputs, outputs], TensorFlow's layout; no bias gives zeros. */
export function kernelFromHwio(weights: FloatTensor, bias?: Float32Array): Kernel {
  const outputs = dimAt(weights, 3);
  return {
    weights: permute(weights, [3, 2, 0, 1]),
    bias: bias ?? new Float32Array(outputs),
    groups: 1,
  };
}

/** weights: [rows, columns, channels, 1], TensorFlow's layout of one filter a channel. */
export function depthwiseKernelFromHwio(weights: FloatTensor, bias?: Float32Array): Kernel {
  const channels = dimAt(weights, 2);
  return {
    weights: permute(weights, [2, 3, 0, 1]),
    bias: bias ?? new Float32Array(channels),
    groups: channels,
  };
}

/** All inputs [channels]; `epsilon` is added to the variance. */
export function batchNormAsAffine(
  norm: {
    readonly mean: Float32Array;
    readonly variance: Float32Array;
    readonly offset: Float32Array;
    readonly scale: Float32Array;
  },
  epsilon: number,
): Affine {
  const scale = norm.scale.map((gamma, i) => gamma / Math.sqrt((norm.variance[i] ?? 0) + epsilon));
  const shift = norm.offset.map((beta, i) => beta - (norm.mean[i] ?? 0) * (scale[i] ?? 0));
  return { scale, shift };
}

/** `factor` times the affine's output. */
export function scaleAffine({ scale, shift }: Affine, factor: number): Affine {
  return { scale: scale.map((a) => a * factor), shift: shift.map((b) => b * factor) };
}

/** The kernel whose output is `affine` of the given kernel's output. Throws INTERNAL on a wrong count. */
export function foldAfter(kernel: Kernel, affine: Affine): Kernel {
  const outputs = kernel.bias.length;
  if (affine.scale.length !== outputs || affine.shift.length !== outputs) {
    throw new ClipidError(
      'INTERNAL',
      `An affine of ${affine.scale.length} meets ${outputs} channels.`,
    );
  }
  const { dims, values: weights } = kernel.weights;
  const each = weights.length / outputs;
  const values = new Float32Array(weights.length);
  affine.scale.forEach((scale, output) => {
    const end = (output + 1) * each;
    for (let i = output * each; i < end; i++) values[i] = (weights[i] ?? 0) * scale;
  });
  const bias = kernel.bias.map((b, i) => b * (affine.scale[i] ?? 0) + (affine.shift[i] ?? 0));
  return { ...kernel, weights: floatTensor(dims, values), bias };
}

/** The kernel that gives for x what the given one gives for x / divisor. */
export function foldDivisor(kernel: Kernel, divisor: number): Kernel {
  const values = kernel.weights.values.map((w) => w / divisor);
  return { ...kernel, weights: floatTensor(kernel.weights.dims, values) };
}

/** The kernel that reads its input channels in the given order: its input i is `order[i]` of now. */
export function reorderInputs(kernel: Kernel, order: readonly number[]): Kernel {
  const { dims, values: weights } = kernel.weights;
  const inputs = dimAt(kernel.weights, 1);
  const each = dimAt(kernel.weights, 2) * dimAt(kernel.weights, 3);
  const values = new Float32Array(weights.length);
  for (let start = 0; start < weights.length; start += inputs * each) {
    order.forEach((from, to) => {
      const plane = weights.subarray(start + from * each, start + (from + 1) * each);
      values.set(plane, start + to * each);
    });
  }
  return { ...kernel, weights: floatTensor(dims, values) };
}

/** Only the output channels that are listed, in that order. */
export function selectOutputs(kernel: Kernel, channels: readonly number[]): Kernel {
  const each = kernel.weights.values.length / kernel.bias.length;
  const values = new Float32Array(each * channels.length);
  channels.forEach((channel, i) => {
    values.set(kernel.weights.values.subarray(channel * each, (channel + 1) * each), i * each);
  });
  const dims = [channels.length, ...kernel.weights.dims.slice(1)];
  const bias = Float32Array.from(channels, (channel) => kernel.bias[channel] ?? 0);
  return { ...kernel, weights: floatTensor(dims, values), bias };
}
