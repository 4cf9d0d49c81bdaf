import { elementCount } from '../onnx/tensor.js';
import { broadcastDims, broadcastIndices } from './broadcast.js';
import type { NodeCall, ShapeRule } from './node-call.js';
import { MAX_KNOWN_NUMBERS, type Value, computed } from './value.js';

type Arithmetic = (...operands: number[]) => number;

/** Operators of one input whose output has its shape; with `compute`, known numbers are followed. */
export function unary(compute?: (value: number) => number): ShapeRule {
  return (call) => {
    const { elementType, dims, numbers } = call.input(0);
    const known = compute && numbers ? numbers.map(compute) : null;
    return [{ elementType, dims, numbers: known, constant: null }];
  };
}

/** Operators of inputs that are broadcast; integers are divided as integers. */
export function broadcasting(compute?: Arithmetic): ShapeRule {
  return (call) => {
    const operands = Array.from({ length: call.inputCount }, (_, i) => call.input(i));
    const { elementType } = call.input(0);
    const dims = together(call, operands);
    const whole = elementType.startsWith('int') ? Math.trunc : (value: number) => value;
    const known = compute && follow(operands, dims, (...values) => whole(compute(...values)));
    return [{ elementType, dims, numbers: known ?? null, constant: null }];
  };
}

/** As `broadcasting`, with truth values (0 or 1) as the result. */
export function comparing(compute: (a: number, b: number) => boolean): ShapeRule {
  const rule = broadcasting((a = 0, b = 0) => Number(compute(a, b)));
  return (call) => rule(call).map((value) => ({ ...value, elementType: 'bool' }));
}

/** Where(condition, a, b). */
export const whereShape: ShapeRule = (call) => {
  const operands = [call.input(0), call.input(1), call.input(2)];
  const dims = together(call, operands);
  const numbers = follow(operands, dims, (condition = 0, a = 0, b = 0) => (condition ? a : b));
  return [{ elementType: call.input(1).elementType, dims, numbers, constant: null }];
};

/** PRelu's slope must fit into its input, not the other way round. */
export const preluShape: ShapeRule = (call) => {
  const { elementType, dims } = call.input(0);
  const all = together(call, [call.input(0), call.input(1)]);
  if (elementCount(all) !== elementCount(dims)) throw call.problem('has slopes of another shape');
  return [computed(elementType, dims)];
};

/** BatchNormalization at inference: every statistic has one number a channel. */
export const batchNormShape: ShapeRule = (call) => {
  const { elementType, dims } = call.input(0);
  if (call.int('training_mode', 0) !== 0) throw call.problem('is in training mode');
  for (const index of [1, 2, 3, 4]) {
    const count = elementCount(call.input(index).dims);
    if (count !== dims[1]) throw call.problem(`has ${count} numbers for ${dims[1] ?? 0} channels`);
  }
  return [computed(elementType, dims)];
};

function together(call: NodeCall, operands: readonly Value[]): number[] {
  const dims = broadcastDims(...operands.map((operand) => operand.dims));
  if (dims) return dims;
  const shown = operands.map((operand) => `[${operand.dims.join(', ')}]`).join(' and ');
  throw call.problem(`cannot put ${shown} together`);
}

function follow(
  operands: readonly Value[],
  dims: readonly number[],
  compute: Arithmetic,
): number[] | null {
  const count = elementCount(dims);
  if (count > MAX_KNOWN_NUMBERS) return null;
  const columns: number[][] = [];
  for (const { numbers, dims: own } of operands) {
    if (numbers === null) return null;
    columns.push(broadcastIndices(own, dims).map((at) => numbers[at] ?? 0));
  }
  return Array.from({ length: count }, (_, i) =>
    compute(...columns.map((column) => column[i] ?? 0)),
  );
}
