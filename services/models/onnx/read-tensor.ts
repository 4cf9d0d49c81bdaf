import onnxProto, { type onnx as Proto } from 'onnx-proto';
import { bundleInvalid } from '../invalid.js';
import { type ReadElementType, elementBytes, elementTypeOf } from './read-types.js';
import type { OnnxTensor } from './model-types.js';
import { toIntegers } from './proto-numbers.js';
import { readNumbers, storedBytes } from './tensor-data.js';

export const MODEL_REMEDY = 'Export the model to ONNX again, as one file.';
const MAX_RANK = 16;
const { EXTERNAL } = onnxProto.onnx.TensorProto.DataLocation;

/** A name in a message: quoted, and not longer than a line. */
export function shownName(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}...` : name);
}

/**
 * A tensor of a file: its type and dims, checked against the bytes that are stored for it. Throws
 * BUNDLE_INVALID naming the tensor.
 */
export function readTensor(file: string, tensor: Proto.ITensorProto, name: string): OnnxTensor {
  const field = `tensor ${shownName(name)}`;
  const fail = (problem: string) => bundleInvalid(file, field, problem, MODEL_REMEDY);
  if (tensor.dataLocation === EXTERNAL || (tensor.externalData?.length ?? 0) > 0) {
    throw fail('keeps its data in another file, which is not read: a model must be one file');
  }
  if (tensor.segment) throw fail('is a segment of a tensor, which is not read');
  const elementType = elementTypeOf(tensor.dataType ?? 0);
  if (elementType === undefined) throw fail(`has element type ${tensor.dataType ?? 0}: not read`);
  const dims = toIntegers(tensor.dims);
  const byteLength = dims.length > MAX_RANK ? null : checkedLength(dims, elementType);
  if (byteLength === null)
    throw fail(`has dims [${dims.slice(0, MAX_RANK).join(', ')}]: not valid`);
  const stored = storedBytes(tensor, elementType);
  if (stored !== byteLength) {
    throw fail(`of ${elementType} [${dims.join(', ')}] needs ${byteLength} bytes, has ${stored}`);
  }
  return { name, elementType, dims, byteLength, numbers: readNumbers(tensor, elementType) };
}

/** Null for dims that no tensor has. */
function checkedLength(dims: readonly number[], type: ReadElementType): number | null {
  if (!dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) return null;
  const bytes = dims.reduce((product, dim) => product * dim, elementBytes(type));
  return Number.isSafeInteger(bytes) ? bytes : null;
}
