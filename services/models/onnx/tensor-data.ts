import { type onnx as Proto } from 'onnx-proto';
import { type ReadElementType, elementBytes } from './read-types.js';
import { toIntegers } from './proto-numbers.js';

/** Larger tensors are weights: what is in them is not looked at. */
const MAX_NUMBERS = 256;

/** Bytes that the stored numbers take as elements of the type, raw or as a list of that type. */
export function storedBytes(tensor: Proto.ITensorProto, type: ReadElementType): number {
  if (isRaw(tensor)) return tensor.rawData?.length ?? 0;
  return listOf(tensor, type).length * elementBytes(type);
}

/** Row-major; null for many numbers, and for types that shapes and scales never have. */
export function readNumbers(tensor: Proto.ITensorProto, type: ReadElementType): number[] | null {
  if (storedBytes(tensor, type) > MAX_NUMBERS * elementBytes(type)) return null;
  if (!isRaw(tensor)) return readable(type) ? toIntegers(listOf(tensor, type)) : null;
  return fromRaw(tensor.rawData ?? new Uint8Array(), type);
}

function readable(type: ReadElementType): boolean {
  return ['int32', 'int64', 'bool', 'float32'].includes(type);
}

function fromRaw(bytes: Uint8Array, type: ReadElementType): number[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = Array.from({ length: bytes.length / elementBytes(type) }, (_, i) => i);
  if (type === 'int64') return at.map((i) => Number(view.getBigInt64(i * 8, true)));
  if (type === 'int32') return at.map((i) => view.getInt32(i * 4, true));
  if (type === 'float32') return at.map((i) => view.getFloat32(i * 4, true));
  return type === 'bool' ? at.map((i) => view.getUint8(i)) : null;
}

function isRaw(tensor: Proto.ITensorProto): boolean {
  return (tensor.rawData?.length ?? 0) > 0;
}

/** The list that onnx.proto keeps numbers of this type in. */
function listOf(tensor: Proto.ITensorProto, type: ReadElementType): readonly unknown[] {
  if (type === 'float32') return tensor.floatData ?? [];
  if (type === 'float64') return tensor.doubleData ?? [];
  if (type === 'int64') return tensor.int64Data ?? [];
  if (type === 'uint32' || type === 'uint64') return tensor.uint64Data ?? [];
  return tensor.int32Data ?? [];
}
