import { ClipidError } from '../../core/errors.js';

/** A constant of a graph: row-major float32 values, as many as the product of `dims`. */
export interface FloatTensor {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** Product of the dims; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Pairs values with their dims. Throws INTERNAL when the counts differ: a mistake in a builder. */
export function floatTensor(dims: readonly number[], values: Float32Array): FloatTensor {
  if (values.length !== elementCount(dims)) {
    throw new ClipidError(
      'INTERNAL',
      `A tensor of [${dims.join(', ')}] cannot hold ${values.length} values.`,
    );
  }
  return { dims, values };
}

/** One dim of a tensor. Throws INTERNAL when the tensor has fewer dims. */
export function dimAt(tensor: FloatTensor, axis: number): number {
  const dim = tensor.dims[axis];
  if (dim === undefined) throw new ClipidError('INTERNAL', `A tensor has no axis ${axis}.`);
  return dim;
}

/** dims: permuted; the value at `[i, j, ...]` of the result comes from the permuted position. */
export function permute(tensor: FloatTensor, order: readonly number[]): FloatTensor {
  const dims = order.map((axis) => dimAt(tensor, axis));
  const strides = order.map((axis) => elementCount(tensor.dims.slice(axis + 1)));
  const values = new Float32Array(tensor.values.length);
  let to = 0;
  const copy = (axis: number, from: number): void => {
    const count = dims[axis] ?? 0;
    const stride = strides[axis] ?? 0;
    if (axis < dims.length - 1) {
      for (let i = 0; i < count; i++) copy(axis + 1, from + i * stride);
    } else {
      for (let i = 0; i < count; i++) values[to++] = tensor.values[from + i * stride] ?? 0;
    }
  };
  copy(0, 0);
  return floatTensor(dims, values);
}
