import { elementTypeOf } from '../onnx/read-types.js';
import { elementCount } from '../onnx/tensor.js';
import { broadcastDims, broadcastIndices } from './broadcast.js';
import type { ShapeRule } from './node-call.js';
import { MAX_KNOWN_NUMBERS, type Value, computed, knownInts } from './value.js';

/** Constant: a tensor, or numbers as attributes. */
export const constantShape: ShapeRule = (call) => {
  const tensor = call.tensor('value');
  if (tensor) {
    const { elementType, dims, numbers, name } = tensor;
    return [{ elementType, dims, numbers, constant: name }];
  }
  const ints = call.ints('value_ints');
  if (ints) return [knownInts(ints)];
  const int = call.int('value_int', NaN);
  if (!Number.isNaN(int)) return [knownInts([int], true)];
  const float = call.float('value_float');
  const floats = call.floats('value_floats') ?? (float === undefined ? undefined : [float]);
  if (floats === undefined) throw call.problem('holds no numbers');
  const dims = float === undefined ? [floats.length] : [];
  return [{ elementType: 'float32', dims, numbers: floats, constant: null }];
};

/** Shape: the dims of the input, or a part of them. */
export const shapeShape: ShapeRule = (call) => {
  const { dims } = call.input(0);
  return [knownInts(dims.slice(call.int('start', 0), call.int('end', dims.length)))];
};

export const sizeShape: ShapeRule = (call) => [knownInts([elementCount(call.input(0).dims)], true)];

/** ConstantOfShape: one value everywhere, float32 0 where none is given. */
export const constantOfShape: ShapeRule = (call) => {
  const dims = call.numbers(0);
  const tensor = call.tensor('value');
  const count = elementCount(dims);
  const value = tensor ? tensor.numbers?.[0] : 0;
  const known = value !== undefined && count <= MAX_KNOWN_NUMBERS;
  const numbers = known ? Array.from({ length: count }, () => value) : null;
  return [{ elementType: tensor?.elementType ?? 'float32', dims, numbers, constant: null }];
};

/** Range(start, limit, step). */
export const rangeShape: ShapeRule = (call) => {
  const [start = 0, limit = 0, step = 1] = [0, 1, 2].flatMap((index) => call.numbers(index));
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (!Number.isFinite(count)) throw call.problem('has a step of 0');
  const { elementType } = call.input(0);
  if (count > MAX_KNOWN_NUMBERS) return [computed(elementType, [count])];
  const numbers = Array.from({ length: count }, (_, i) => start + i * step);
  return [{ elementType, dims: [count], numbers, constant: null }];
};

/** Expand: broadcast with a shape. */
export const expandShape: ShapeRule = (call) => {
  const value = call.input(0);
  const wanted = call.numbers(1);
  const dims = broadcastDims(value.dims, wanted);
  if (dims === null) {
    throw call.problem(`makes [${wanted.join(', ')}] of [${value.dims.join(', ')}]`);
  }
  return [{ ...computed(value.elementType, dims), numbers: stretched(value, dims) }];
};

/** Cast: known numbers are kept, cut to whole ones where the type asks for it. */
export const castShape: ShapeRule = (call) => {
  const { dims, numbers, constant } = call.input(0);
  const elementType = elementTypeOf(call.int('to', 0));
  if (elementType === undefined) throw call.problem('casts to a type that is not known');
  const whole = elementType.includes('int');
  const known = whole ? (numbers?.map((value) => Math.trunc(value)) ?? null) : numbers;
  return [{ elementType, dims, numbers: known, constant }];
};

function stretched({ numbers, dims }: Value, to: readonly number[]): number[] | null {
  if (numbers === null || elementCount(to) > MAX_KNOWN_NUMBERS) return null;
  return broadcastIndices(dims, to).map((at) => numbers[at] ?? 0);
}
