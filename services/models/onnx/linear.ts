import { ClipidError } from '../../core/errors.js';
import type { Affine } from './fold.js';
import type { GraphBuilder } from './graph-builder.js';
import type { FeatureMap } from './layers.js';
import { type FloatTensor, dimAt, floatTensor } from './tensor.js';

/** weights: [outputs, inputs]; bias: [outputs]. */
export interface Linear {
  readonly weights: FloatTensor;
  readonly bias: Float32Array;
}

/**
 * The linear layer that gives for a flattened map what the given one gives after `affine` of the
 * map's channels. Throws INTERNAL where the channels do not divide the inputs.
 */
export function foldBefore(linear: Linear, affine: Affine): Linear {
  const inputs = dimAt(linear.weights, 1);
  const each = inputs / affine.scale.length;
  if (!Number.isInteger(each)) {
    throw new ClipidError('INTERNAL', `${affine.scale.length} channels do not divide ${inputs}.`);
  }
  const values = new Float32Array(linear.weights.values.length);
  const bias = linear.bias.map((value, output) => {
    const row = linear.weights.values.subarray(output * inputs, (output + 1) * inputs);
    return value + foldRow(row, affine, each, values.subarray(output * inputs));
  });
  return { weights: floatTensor(linear.weights.dims, values), bias };
}

/** Writes one row's scaled weights to `to`; returns what the shifts add to its output. */
function foldRow(row: Float32Array, affine: Affine, each: number, to: Float32Array): number {
  let sum = 0;
  affine.scale.forEach((scale, channel) => {
    const shift = affine.shift[channel] ?? 0;
    const end = (channel + 1) * each;
    for (let i = channel * each; i < end; i++) {
      const weight = row[i] ?? 0;
      to[i] = weight * scale;
      sum += weight * shift;
    }
  });
  return sum;
}

/** Of the flattened map; gives [N, outputs]. Constants are stored under `name`. */
export function linearLayer(
  graph: GraphBuilder,
  input: FeatureMap,
  name: string,
  { weights, bias }: Linear,
): string {
  const flat = graph.node('Flatten', [input.name], { axis: { int: 1 } });
  const constants = [
    graph.weights(`${name}/weights`, weights),
    graph.weights(`${name}/bias`, { dims: [bias.length], values: bias }),
  ];
  return graph.node('Gemm', [flat, ...constants], { transB: { int: 1 } });
}
