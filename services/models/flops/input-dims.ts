import { ClipidError } from '../../core/errors.js';
import type { OnnxGraph, OnnxValue } from '../onnx/model-types.js';

const MAX_RANK = 16;
const MAX_SIZE = 1_000_000;
const MAX_BATCH = 65_536;

/** How the sizes that a graph leaves open are chosen. */
export interface CountOptions {
  /** Of every input whose first size is open; 1 when left out. */
  readonly batch?: number;
  /** Sizes of inputs, by their names; the same as the graph's where that gives any. */
  readonly inputDims?: ReadonlyMap<string, readonly number[]>;
}

/**
 * The sizes of every input. Throws FIELD_INVALID for a batch outside 1 to 65,536, for sizes that no
 * input of the graph takes, and where one stays open: its message says how to give it.
 */
export function resolveInputDims(
  graph: OnnxGraph,
  { batch = 1, inputDims = new Map() }: CountOptions,
): Map<string, readonly number[]> {
  if (!Number.isInteger(batch) || batch < 1 || batch > MAX_BATCH) {
    throw invalid('batch', `must be a whole number from 1 to ${MAX_BATCH}, not ${batch}.`);
  }
  const names = graph.inputs.map(({ name }) => name);
  const other = [...inputDims.keys()].find((name) => !names.includes(name));
  if (other !== undefined) {
    throw invalid('input', `${graph.file} has no input ${other}. It has ${names.join(', ')}.`);
  }
  return new Map(
    graph.inputs.map((input) => [
      input.name,
      resolve(graph.file, input, batch, inputDims.get(input.name)),
    ]),
  );
}

/** `name=1x3x112x112` as a name and sizes. Throws FIELD_INVALID. */
export function parseInputDims(text: string): [name: string, dims: readonly number[]] {
  const [, name = '', sizes = ''] = /^(.+)=(\d+(?:x\d+)*)$/s.exec(text) ?? [];
  const dims = sizes.split('x').map(Number);
  const valid = dims.length <= MAX_RANK && dims.every((size) => size >= 1 && size <= MAX_SIZE);
  if (name !== '' && valid) return [name, dims];
  throw invalid(
    'input',
    `"${text}" must be a name and sizes from 1 to ${MAX_SIZE}, as in name=1x3x112x112.`,
  );
}

function resolve(
  file: string,
  { name, dims }: OnnxValue,
  batch: number,
  given: readonly number[] | undefined,
): readonly number[] {
  const known = dims?.map((size, axis) => (axis === 0 && typeof size === 'string' ? batch : size));
  const shown = known ? `[${known.join(', ')}]` : 'any shape';
  if (given) {
    if (!dims || fits(dims, given)) return given;
    throw invalid('input', `${file}: ${name} is ${shown}, which ${given.join('x')} does not fit.`);
  }
  if (known?.every((size) => typeof size === 'number')) return known;
  throw invalid(
    'input',
    `${file}: ${name} is ${shown}, with sizes left open. Give them, as in --input ${name}=1x3x112x112.`,
  );
}

function fits(dims: readonly (number | string)[], given: readonly number[]): boolean {
  return (
    dims.length === given.length &&
    dims.every((size, axis) => typeof size === 'string' || size === given[axis])
  );
}

function invalid(field: string, problem: string): ClipidError {
  return new ClipidError('FIELD_INVALID', `${field}: ${problem}`, { field });
}
