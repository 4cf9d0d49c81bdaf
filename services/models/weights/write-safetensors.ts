import { ClipidError } from '../../core/errors.js';
import { type FloatTensor, floatTensor } from '../onnx/tensor.js';
import { writeAside } from '../write-aside.js';
import { LENGTH_BYTES, METADATA } from './safetensors.js';

/** Tensors start at a multiple of it in the file; the header is filled up with spaces. */
const ALIGNMENT_BYTES = 8;

/**
 * Writes float32 tensors in the order of their names, so that equal tensors give equal bytes; the file
 * appears whole or not at all. `metadata` is free text (origin, licence). Throws STORE_FAILED when
 * `file` cannot be written, INTERNAL when a tensor's values are not as many as its dims say.
 */
export async function writeSafetensors(
  file: string,
  tensors: ReadonlyMap<string, FloatTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const values = sorted.map(([, { dims, values: one }]) => floatTensor(dims, one).values);
  try {
    await writeAside(file, [headerOf(sorted, metadata), ...values.map(bytesOf)]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `${file}: the weights cannot be written: ${reason}. Check the folder's rights.`;
    throw new ClipidError('STORE_FAILED', message, { details: { file }, cause: error });
  }
}

function headerOf(
  tensors: readonly (readonly [string, FloatTensor])[],
  metadata: Readonly<Record<string, string>>,
): Buffer {
  let end = 0;
  const entries = tensors.map(([name, { dims, values }]) => {
    const start = end;
    end += values.byteLength;
    return [name, { dtype: 'F32', shape: dims, data_offsets: [start, end] }];
  });
  const known = Object.keys(metadata).length > 0 ? [[METADATA, metadata]] : [];
  const text = Buffer.from(JSON.stringify(Object.fromEntries([...known, ...entries])));
  const length = Math.ceil(text.length / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  const header = Buffer.alloc(LENGTH_BYTES + length, ' ');
  header.writeBigUInt64LE(BigInt(length));
  text.copy(header, LENGTH_BYTES);
  return header;
}

/** Little-endian, which is what every platform that onnxruntime runs on has. */
function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
