import { elementCount } from '../onnx/tensor.js';
import type { WeightSpec } from './weights-manifest.js';

/** Bytes that a tensor takes in its shard. */
export function byteLength(spec: WeightSpec): number {
  return elementCount(spec.shape) * (spec.quantization === undefined ? 4 : 1);
}

/**
 * A shard's bytes as values: `q * scale + min` in double precision, then rounded once to float32,
 * as TensorFlow.js does it. bytes: [byteLength(spec)]; returns [elements].
 */
export function dequantise(spec: WeightSpec, bytes: Uint8Array): Float32Array {
  if (spec.quantization === undefined) return floatsOf(bytes);
  const { scale, min } = spec.quantization;
  // A loop: Float32Array.from with a function takes ten times as long.
  const values = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) values[i] = (bytes[i] ?? 0) * scale + min;
  return values;
}

function floatsOf(bytes: Uint8Array): Float32Array {
  // A copy, because a shard's floats need not start at a multiple of four.
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
