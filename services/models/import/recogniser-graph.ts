import { ClipidError } from '../../core/errors.js';
import { bundleInvalid } from '../invalid.js';
import type { PixelInput } from '../manifest.js';
import type { OnnxGraph, OnnxValue } from '../onnx/model-types.js';

const REMEDY =
  'An embedder takes pictures, [batch, 3, side, side] or [batch, side, side, 3], float32 or uint8.';

/** What is known of a recogniser; what the caller says fills in what its graph leaves open. */
export interface RecogniserFacts {
  readonly inputName: string;
  readonly outputName: string;
  readonly type: PixelInput['type'];
  readonly layout: PixelInput['layout'];
  readonly inputSizePx: number;
  readonly dimension: number;
}

/** What a caller may say of the graph; undefined leaves it to the graph. */
export interface SaidOfGraph {
  readonly layout?: PixelInput['layout'] | undefined;
  readonly inputSizePx?: number | undefined;
  readonly dimension?: number | undefined;
  readonly outputName?: string | undefined;
}

/**
 * Layout, size and dimension of a recogniser, from its graph. Throws BUNDLE_INVALID for a graph that is
 * no recogniser, FIELD_INVALID where the caller contradicts it or both leave something open.
 */
export function recogniserFacts(graph: OnnxGraph, said: SaidOfGraph): RecogniserFacts {
  const input = onlyInput(graph);
  const dims = pictureDims(graph, input);
  const layout = agreed('layout', layoutOf(dims), said.layout, dims);
  const output = outputOf(graph, said.outputName);
  return {
    inputName: input.name,
    outputName: output.name,
    type: elementType(graph, input),
    layout,
    inputSizePx: sideOf(graph, input, layout, said.inputSizePx),
    dimension: agreed('dimension', dimensionOf(graph, output), said.dimension, output.dims ?? []),
  };
}

function onlyInput(graph: OnnxGraph): OnnxValue {
  const [input, ...others] = graph.inputs;
  if (input !== undefined && others.length === 0) return input;
  const names = graph.inputs.map(({ name }) => name).join(', ');
  const problem = `are ${graph.inputs.length} (${names}), not one`;
  throw bundleInvalid(graph.file, 'the inputs', problem, REMEDY);
}

function pictureDims(graph: OnnxGraph, input: OnnxValue): readonly (number | string)[] {
  const { dims } = input;
  if (dims?.length !== 4) throw wrong(graph, input, 'has not four dims');
  if (typeof dims[0] === 'number' && dims[0] !== 1) {
    throw wrong(graph, input, `takes exactly ${dims[0]} pictures at a time`);
  }
  return dims;
}

function elementType(graph: OnnxGraph, input: OnnxValue): PixelInput['type'] {
  const { elementType: type } = input;
  if (type === 'float32' || type === 'uint8') return type;
  throw wrong(graph, input, `is of ${type}`);
}

/** Undefined where the dims do not tell: the channels are 3, and a side may be 3, too. */
function layoutOf(dims: readonly (number | string)[]): PixelInput['layout'] | undefined {
  const first = dims[1] === 3;
  const last = dims[3] === 3;
  if (first === last) return undefined;
  return first ? 'NCHW' : 'NHWC';
}

/** Of the square that the graph takes, in pixels. */
function sideOf(
  graph: OnnxGraph,
  input: OnnxValue,
  layout: PixelInput['layout'],
  said: number | undefined,
): number {
  const [, a, b, c] = (input.dims ?? []).map(numberOf);
  const [rows, columns, channels = 3] = layout === 'NCHW' ? [b, c, a] : [a, b, c];
  if (channels !== 3) throw wrong(graph, input, `has ${channels} channels, not 3`);
  if ((rows ?? columns) !== (columns ?? rows)) throw wrong(graph, input, 'is not square');
  return agreed('inputSizePx', rows ?? columns, said, input.dims ?? []);
}

function outputOf(graph: OnnxGraph, name: string | undefined): OnnxValue {
  const names = graph.outputs.map((one) => one.name).join(', ');
  const found = graph.outputs.filter((one) => name === undefined || one.name === name);
  const [output, ...others] = found;
  if (output !== undefined && others.length === 0) return output;
  throw optionInvalid('outputName', `must name the feature among the graph's outputs: ${names}`);
}

/** [batch, dimension], behind which only ones may follow. */
function dimensionOf(graph: OnnxGraph, output: OnnxValue): number | undefined {
  const [, dimension, ...rest] = output.dims ?? ['?', '?'];
  if (dimension === undefined || rest.some((dim) => dim !== 1)) {
    throw wrong(graph, output, 'is no table of features');
  }
  return numberOf(dimension);
}

/** What both say, or the one that says it. */
function agreed<T extends string | number>(
  option: keyof SaidOfGraph,
  found: T | undefined,
  said: T | undefined,
  dims: readonly (number | string)[],
): T {
  const shown = `[${dims.join(', ')}]`;
  if (found !== undefined && said !== undefined && found !== said) {
    throw optionInvalid(option, `is ${said}, but the graph's ${shown} says ${found}`);
  }
  const value = found ?? said;
  if (value !== undefined) return value;
  throw optionInvalid(option, `must be given: the graph's ${shown} leaves it open`);
}

function numberOf(dim: number | string | undefined): number | undefined {
  return typeof dim === 'number' ? dim : undefined;
}

function wrong(graph: OnnxGraph, { name, dims }: OnnxValue, problem: string): ClipidError {
  const shown = dims === null ? 'of open rank' : `[${dims.join(', ')}]`;
  return bundleInvalid(graph.file, name, `${shown} ${problem}`, REMEDY);
}

function optionInvalid(field: string, problem: string): ClipidError {
  return new ClipidError('FIELD_INVALID', `${field} ${problem}.`, { field });
}
