import { elementCount } from '../onnx/tensor.js';

const MAX_DIMS = 8;
const MAX_ELEMENTS = 2 ** 31;

/** Where the elements of a tensor lie in its storage, counted in elements. */
export interface Layout {
  readonly dims: readonly number[];
  /** Elements from one index to the next, for each of `dims`. */
  readonly strides: readonly number[];
  /** Of the first element. */
  readonly offset: number;
}

/** What is wrong with a layout over a storage of `count` elements; undefined when nothing is. */
export function layoutProblem(layout: Layout, count: number): string | undefined {
  const { dims, strides, offset } = layout;
  if (dims.length > MAX_DIMS) return `has ${dims.length} dims, at most ${MAX_DIMS} are taken`;
  if (strides.length !== dims.length)
    return `has ${dims.length} dims and ${strides.length} strides`;
  if (![...dims, ...strides, offset].every(isCount)) {
    return `has a dim, stride or offset that is not a whole number from 0 (dims [${dims.join(', ')}])`;
  }
  // No dim is above the limit, so the product of eight stays finite.
  if (dims.some((dim) => dim > MAX_ELEMENTS) || elementCount(dims) > MAX_ELEMENTS) {
    return `is [${dims.join(', ')}], above the limit of ${MAX_ELEMENTS} elements`;
  }
  if (elementCount(dims) === 0) return undefined;
  if (offset + spanOf(layout) > count || elementCount(dims) > count) {
    return `is [${dims.join(', ')}] and reaches beyond its storage of ${count} elements`;
  }
  return undefined;
}

/** Elements from the first to the last, both counted; for a layout without a dim of 0. */
export function spanOf({ dims, strides }: Layout): number {
  return dims.reduce((span, dim, axis) => span + (dim - 1) * (strides[axis] ?? 0), 1);
}

/** The strides of row-major order. */
export function rowMajorStrides(dims: readonly number[]): number[] {
  return dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
}

export function isRowMajor({ dims, strides }: Layout): boolean {
  const wanted = rowMajorStrides(dims);
  return dims.every((dim, axis) => dim === 1 || strides[axis] === wanted[axis]);
}

/** The elements of a layout in row-major order. values: [span], from the layout's first element. */
export function gather({ dims, strides }: Layout, values: Float32Array): Float32Array {
  const result = new Float32Array(elementCount(dims));
  let to = 0;
  const copy = (axis: number, from: number): void => {
    if (axis === dims.length) {
      result[to++] = values[from] ?? 0;
      return;
    }
    const stride = strides[axis] ?? 0;
    for (let i = 0; i < (dims[axis] ?? 0); i++) copy(axis + 1, from + i * stride);
  };
  copy(0, 0);
  return result;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
