import { ClipidError } from '../../core/errors.js';
import type { Kernel } from './fold.js';
import type { GraphBuilder } from './graph-builder.js';
import {
  type AxisPadding,
  type PaddingRule,
  type Rounding,
  validPadding,
  windowCount,
} from './padding.js';
import { dimAt } from './tensor.js';

/** A value of a graph of shape [N, channels, rows, columns], float32 or the graph's precision. */
export interface FeatureMap {
  readonly name: string;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

interface Window {
  readonly kernelRows: number;
  readonly kernelColumns: number;
  readonly stride: number;
  readonly padding: PaddingRule;
  readonly rounding?: Rounding;
}

/** Conv; constants are stored under `name`. Throws INTERNAL where the channels do not fit. */
export function convolution(
  graph: GraphBuilder,
  input: FeatureMap,
  name: string,
  kernel: Kernel,
  options: { readonly stride: number; readonly padding: PaddingRule },
): FeatureMap {
  checkChannels(input, name, kernel);
  const placed = place(input, {
    kernelRows: dimAt(kernel.weights, 2),
    kernelColumns: dimAt(kernel.weights, 3),
    ...options,
  });
  const weights = graph.weights(`${name}/weights`, kernel.weights);
  const bias = { dims: [kernel.bias.length], values: kernel.bias };
  const output = graph.node('Conv', [input.name, weights, graph.weights(`${name}/bias`, bias)], {
    ...placed.attributes,
    group: { int: kernel.groups },
  });
  return { ...placed.size, name: output, channels: kernel.bias.length };
}

/** Both pools: square windows, no padding. `ceil` keeps a last window that the edge cuts. */
export function pool(
  graph: GraphBuilder,
  opType: 'MaxPool' | 'AveragePool',
  input: FeatureMap,
  size: number,
  stride: number,
  rounding: Rounding = 'floor',
): FeatureMap {
  const window = { kernelRows: size, kernelColumns: size, stride, padding: validPadding, rounding };
  const placed = place(input, window);
  const mode = rounding === 'ceil' ? { ceil_mode: { int: 1 } } : {};
  const name = graph.node(opType, [input.name], { ...placed.attributes, ...mode });
  return { ...placed.size, name, channels: input.channels };
}

export function relu(graph: GraphBuilder, input: FeatureMap): FeatureMap {
  return { ...input, name: graph.node('Relu', [input.name]) };
}

/** Values cut to [0, 6]. */
export function relu6(graph: GraphBuilder, input: FeatureMap): FeatureMap {
  const bounds = [graph.scalar(0), graph.scalar(6)];
  return { ...input, name: graph.node('Clip', [input.name, ...bounds]) };
}

/** Element by element. Throws INTERNAL where the shapes differ. */
export function add(graph: GraphBuilder, a: FeatureMap, b: FeatureMap): FeatureMap {
  if (a.channels !== b.channels || a.rows !== b.rows || a.columns !== b.columns) {
    throw new ClipidError('INTERNAL', `Add of ${describe(a)} and ${describe(b)}.`);
  }
  return { ...a, name: graph.node('Add', [a.name, b.name]) };
}

/** Zeros after the last channel, row and column until the map has the given size. */
export function zeroExtend(
  graph: GraphBuilder,
  input: FeatureMap,
  to: Pick<FeatureMap, 'channels' | 'rows' | 'columns'>,
): FeatureMap {
  const more = [to.channels - input.channels, to.rows - input.rows, to.columns - input.columns];
  if (more.every((count) => count === 0)) return input;
  const pads = graph.ints([0, 0, 0, 0, 0, ...more]);
  return { ...to, name: graph.node('Pad', [input.name, pads, graph.scalar(0)]) };
}

function place(input: FeatureMap, window: Window) {
  const { kernelRows, kernelColumns, stride, padding, rounding } = window;
  const vertical = padding(input.rows, kernelRows, stride);
  const horizontal = padding(input.columns, kernelColumns, stride);
  return {
    size: {
      rows: windowCount(input.rows, kernelRows, stride, vertical, rounding),
      columns: windowCount(input.columns, kernelColumns, stride, horizontal, rounding),
    },
    attributes: {
      kernel_shape: { ints: [kernelRows, kernelColumns] },
      strides: { ints: [stride, stride] },
      pads: { ints: onnxPads(vertical, horizontal) },
    },
  };
}

function onnxPads(vertical: AxisPadding, horizontal: AxisPadding): number[] {
  return [vertical.before, horizontal.before, vertical.after, horizontal.after];
}

function checkChannels(input: FeatureMap, name: string, kernel: Kernel): void {
  if (dimAt(kernel.weights, 1) * kernel.groups === input.channels) return;
  throw new ClipidError('INTERNAL', `${name} does not take the ${input.channels} channels given.`);
}

function describe(map: FeatureMap): string {
  return `[N, ${map.channels}, ${map.rows}, ${map.columns}]`;
}
