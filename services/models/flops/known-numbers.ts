import { elementCount } from '../onnx/tensor.js';
import { MAX_KNOWN_NUMBERS, type Value } from './value.js';

/** Places on one axis: the first, the second ... */
export interface Places {
  readonly count: number;
  readonly at: (index: number) => number;
}

/** A whole axis in its order. */
export function allPlaces(count: number): Places {
  return { count, at: (index) => index };
}

/** The contents at the product of the places on each axis, row-major; null where not known. */
export function pickNumbers({ dims, numbers }: Value, places: readonly Places[]): number[] | null {
  return walk(numbers, stridesOf(dims), places);
}

/** The contents with the axes in another order; null where not known. */
export function transposeNumbers(
  { dims, numbers }: Value,
  order: readonly number[],
): number[] | null {
  const strides = stridesOf(dims);
  const turned = order.map((axis) => strides[axis] ?? 0);
  return walk(
    numbers,
    turned,
    order.map((axis) => allPlaces(dims[axis] ?? 0)),
  );
}

function walk(
  numbers: readonly number[] | null,
  strides: readonly number[],
  places: readonly Places[],
): number[] | null {
  const count = elementCount(places.map((axis) => axis.count));
  if (numbers === null || count > MAX_KNOWN_NUMBERS) return null;
  if (count === 0) return [];
  let offsets = [0];
  places.forEach(({ count: length, at }, axis) => {
    const steps = Array.from({ length }, (_, i) => at(i) * (strides[axis] ?? 0));
    offsets = offsets.flatMap((offset) => steps.map((step) => offset + step));
  });
  return offsets.map((offset) => numbers[offset] ?? 0);
}

/** How far apart neighbours on each axis are. */
function stridesOf(dims: readonly number[]): number[] {
  return dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
}
