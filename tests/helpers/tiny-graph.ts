import { GraphBuilder } from '../../services/models/onnx/graph-builder.js';
import type { PixelInput } from '../../services/models/manifest.js';

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

export const PLAIN: PixelInput = {
  layout: 'NHWC',
  colour: 'RGB',
  type: 'uint8',
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
export const PLANAR_BGR: PixelInput = {
  layout: 'NCHW',
  colour: 'BGR',
  type: 'float32',
  mean: [104, 117, 123],
  std: [2, 4, 8],
};

/** Declares the input that `input` describes and takes mean and std back: [N, 3, rows, columns] RGB. */
export function rgbPlanes(
  graph: GraphBuilder,
  input: PixelInput,
  { widthPx, heightPx }: Size,
): string {
  const isInterleaved = input.layout === 'NHWC';
  const dims = isInterleaved ? ['N', heightPx, widthPx, 3] : ['N', 3, heightPx, widthPx];
  const pixels = graph.input(input.name ?? 'pixels', input.type, dims);
  const perm = { perm: { ints: [0, 3, 1, 2] } };
  const planes = isInterleaved ? graph.node('Transpose', [pixels], perm) : pixels;
  const floats = input.type === 'uint8' ? graph.node('Cast', [planes], { to: { int: 1 } }) : planes;
  return graph.node('Conv', [floats, ...backToRgb(graph, input)]);
}

/** A 1x1 convolution: colours in order, times std, plus mean. */
function backToRgb(graph: GraphBuilder, { colour, mean, std }: PixelInput): string[] {
  const weights = new Float32Array(9);
  const bias = new Float32Array(3);
  for (let rgb = 0; rgb < 3; rgb++) {
    const own = colour === 'RGB' ? rgb : 2 - rgb;
    weights[3 * rgb + own] = std[own] ?? 0;
    bias[rgb] = mean[own] ?? 0;
  }
  return [
    graph.floats('to-rgb', { dims: [3, 3, 1, 1], values: weights }),
    graph.floats('to-rgb-bias', { dims: [3], values: bias }),
  ];
}

/** [rows, columns] of `values`, as many times as there are rows. */
export function repeated(
  graph: GraphBuilder,
  name: string,
  rows: number,
  values: readonly number[],
): string {
  const all = Float32Array.from(
    { length: rows * values.length },
    (_, i) => values[i % values.length] ?? 0,
  );
  return graph.floats(name, { dims: [rows, values.length], values: all });
}

export function concat(graph: GraphBuilder, parts: readonly string[], axis: number): string {
  return graph.node('Concat', parts, { axis: { int: axis } });
}

export function reshape(graph: GraphBuilder, value: string, dims: readonly number[]): string {
  return graph.node('Reshape', [value, graph.ints(dims)]);
}
