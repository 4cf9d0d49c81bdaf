import { type Places, allPlaces, pickNumbers } from './known-numbers.js';
import type { NodeCall, ShapeRule } from './node-call.js';
import { MAX_KNOWN_NUMBERS, type Value, computed } from './value.js';

/** Concat along `axis`; all other axes must be equal. */
export const concatShape: ShapeRule = (call) => {
  const parts = Array.from({ length: call.inputCount }, (_, i) => call.input(i));
  const { elementType, dims } = call.input(0);
  const axis = call.axis(call.int('axis', 0), dims.length);
  const fits = parts.every(
    (part) =>
      part.dims.length === dims.length &&
      part.dims.every((size, i) => i === axis || size === dims[i]),
  );
  if (!fits) {
    const shown = parts.slice(0, 8).map((part) => `[${part.dims.join(', ')}]`);
    throw call.problem(`joins ${shown.join(', ')} along axis ${axis}`);
  }
  const total = parts.reduce((sum, part) => sum + (part.dims[axis] ?? 0), 0);
  const to = dims.map((size, i) => (i === axis ? total : size));
  return [{ elementType, dims: to, numbers: joined(parts, axis), constant: null }];
};

/** Split into pieces of the given sizes, or into equal ones (the last may be smaller). */
export const splitShape: ShapeRule = (call) => {
  const { elementType, dims } = call.input(0);
  const axis = call.axis(call.int('axis', 0), dims.length);
  const whole = dims[axis] ?? 0;
  const each = Math.ceil(whole / call.outputCount);
  const equal = Array.from({ length: call.outputCount }, (_, i) =>
    Math.min(each, whole - i * each),
  );
  const sizes = call.intsOf(1, 'split') ?? equal;
  const sum = sizes.reduce((total, size) => total + size, 0);
  if (sizes.length !== call.outputCount || sum !== whole || sizes.some((size) => size < 0)) {
    throw call.problem(`splits ${whole} into [${sizes.join(', ')}]`);
  }
  return sizes.map((size) =>
    computed(
      elementType,
      dims.map((other, i) => (i === axis ? size : other)),
    ),
  );
};

/** Slice: starts, ends, axes and steps as inputs, or as attributes in old graphs. */
export const sliceShape: ShapeRule = (call) => {
  const value = call.input(0);
  const starts = call.intsOf(1, 'starts') ?? [];
  const ends = call.intsOf(2, 'ends') ?? [];
  const axes = call.intsOf(3, 'axes') ?? starts.map((_, i) => i);
  const steps = call.intsOf(4, 'steps') ?? [];
  const chosen = value.dims.map(allPlaces);
  axes.forEach((given, i) => {
    const axis = call.axis(given, value.dims.length);
    const size = value.dims[axis] ?? 0;
    chosen[axis] = slicePlaces(call, size, starts[i] ?? 0, ends[i] ?? 0, steps[i] ?? 1);
  });
  const dims = chosen.map(({ count }) => count);
  return [{ ...computed(value.elementType, dims), numbers: pickNumbers(value, chosen) }];
};

/** Gather along `axis`: the indices' dims stand where that axis was. */
export const gatherShape: ShapeRule = (call) => {
  const value = call.input(0);
  const { dims, numbers: indices } = call.input(1);
  const axis = call.axis(call.int('axis', 0), value.dims.length);
  const to = [...value.dims.slice(0, axis), ...dims, ...value.dims.slice(axis + 1)];
  const size = value.dims[axis] ?? 0;
  const taken = indices?.map((index) => call.axis(index, size)) ?? [];
  const places = value.dims.map(allPlaces);
  places[axis] = { count: taken.length, at: (index) => taken[index] ?? 0 };
  const numbers = indices && pickNumbers(value, places);
  return [{ ...computed(value.elementType, to), numbers }];
};

function joined(parts: readonly Value[], axis: number): number[] | null {
  const known = parts.map(({ numbers }) => numbers);
  if (axis !== 0 || !known.every((numbers) => numbers !== null)) return null;
  const all = known.flat();
  return all.length > MAX_KNOWN_NUMBERS ? null : all;
}

/** The elements of an axis that a slice takes, by numpy's rule. */
function slicePlaces(
  call: NodeCall,
  size: number,
  start: number,
  end: number,
  step: number,
): Places {
  if (step === 0) throw call.problem('has a step of 0');
  const least = step > 0 ? 0 : -1;
  const most = step > 0 ? size : size - 1;
  const clamp = (at: number) => Math.max(least, Math.min(most, at < 0 ? at + size : at));
  const first = clamp(start);
  const count = Math.max(0, Math.ceil((clamp(end) - first) / step));
  return { count, at: (index) => first + index * step };
}
