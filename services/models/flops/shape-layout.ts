import { elementCount } from '../onnx/tensor.js';
import { transposeNumbers } from './known-numbers.js';
import type { NodeCall, ShapeRule } from './node-call.js';
import { type Value, computed, reshaped } from './value.js';

/** Identity, and Dropout at inference (its second output: what was kept). */
export const identityShape: ShapeRule = (call) => {
  const value = call.input(0);
  return call.outputCount > 1 ? [value, computed('bool', value.dims)] : [value];
};

/** Flatten: the axes before `axis` become one, and those from it on. */
export const flattenShape: ShapeRule = (call) => {
  const { dims } = call.input(0);
  const given = call.int('axis', 1);
  const axis = given === dims.length ? given : call.axis(given, dims.length);
  const to = [elementCount(dims.slice(0, axis)), elementCount(dims.slice(axis))];
  return [reshaped(call.input(0), to)];
};

/** Reshape: 0 keeps an axis (unless allowzero), -1 is what is left over. */
export const reshapeShape: ShapeRule = (call) => {
  const value = call.input(0);
  const wanted = call.intsOf(1, 'shape');
  if (wanted === undefined) throw call.problem('lacks its shape');
  const keeps = call.int('allowzero', 0) === 0;
  const sizes = wanted.map((size, axis) => (size === 0 && keeps ? (value.dims[axis] ?? 0) : size));
  const rest = elementCount(value.dims) / elementCount(sizes.filter((size) => size !== -1));
  const dims = sizes.map((size) => (size === -1 ? rest : size));
  if (elementCount(dims) === elementCount(value.dims) && dims.every(Number.isInteger)) {
    return [reshaped(value, dims)];
  }
  throw call.problem(`makes [${wanted.join(', ')}] of [${value.dims.join(', ')}]`);
};

/** Transpose; the axes in reverse where `perm` is left out. */
export const transposeShape: ShapeRule = (call) => {
  const value = call.input(0);
  const rank = value.dims.length;
  const given = call.ints('perm') ?? value.dims.map((_, axis) => rank - 1 - axis);
  const order = given.map((axis) => call.axis(axis, rank));
  if (order.length !== rank || new Set(order).size !== rank) {
    throw call.problem(`puts ${rank} axes in the order [${order.join(', ')}]`);
  }
  const dims = order.map((axis) => value.dims[axis] ?? 0);
  return [{ ...value, dims, numbers: transposeNumbers(value, order) }];
};

export const squeezeShape: ShapeRule = (call) => {
  const value = call.input(0);
  const { dims } = value;
  const given = call.intsOf(1, 'axes')?.map((axis) => call.axis(axis, dims.length));
  const gone = given ?? [...dims.keys()].filter((axis) => dims[axis] === 1);
  if (gone.some((axis) => dims[axis] !== 1)) throw call.problem('drops an axis that is not 1');
  return [
    reshaped(
      value,
      dims.filter((_, axis) => !gone.includes(axis)),
    ),
  ];
};

export const unsqueezeShape: ShapeRule = (call) => {
  const value = call.input(0);
  const given = call.intsOf(1, 'axes');
  if (given === undefined) throw call.problem('lacks its axes');
  const rank = value.dims.length + given.length;
  const added = given.map((axis) => call.axis(axis, rank));
  const old = [...value.dims];
  const dims = Array.from({ length: rank }, (_, i) => (added.includes(i) ? 1 : (old.shift() ?? 1)));
  return [reshaped(value, dims)];
};

/** Tile: every axis repeated. */
export const tileShape: ShapeRule = (call) => {
  const { elementType, dims } = call.input(0);
  const repeats = call.numbers(1);
  return [
    computed(
      elementType,
      dims.map((size, axis) => size * (repeats[axis] ?? 1)),
    ),
  ];
};

/** DepthToSpace and, with `grow` below 1, SpaceToDepth: blocks of pixels to channels and back. */
export function blocksShape(grow: (block: number) => number): ShapeRule {
  return (call) => {
    const { elementType, dims } = call.input(0);
    const factor = grow(call.int('blocksize', 1));
    const [batch = 0, channels = 0, rows = 0, columns = 0] = dims;
    const to = [batch, channels / factor ** 2, rows * factor, columns * factor];
    return [computed(elementType, to.map(Math.round))];
  };
}

/** Pad: pads are all beginnings, then all ends, of all axes or of those that input 3 names. */
export const padShape: ShapeRule = (call) => {
  const { elementType, dims } = call.input(0);
  const pads = call.intsOf(1, 'pads');
  const axes = padAxes(call, dims);
  if (pads?.length !== axes.length * 2) throw call.problem('has pads that do not fit');
  const to = [...dims];
  axes.forEach((axis, i) => {
    to[axis] = (to[axis] ?? 0) + (pads[i] ?? 0) + (pads[i + axes.length] ?? 0);
  });
  return [computed(elementType, to)];
};

function padAxes(call: NodeCall, dims: Value['dims']): number[] {
  if (call.optionalInput(3) === undefined) return [...dims.keys()];
  return call.numbers(3).map((axis) => call.axis(axis, dims.length));
}
