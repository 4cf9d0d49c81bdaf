import { createHash } from 'node:crypto';
import { type FloatTensor, elementCount, floatTensor } from './onnx/tensor.js';
import type { Parameters } from './parameters.js';

/**
 * Parameters before any training, as the authors start theirs: convolutions and linear layers uniform
 * in +-sqrt(3 / fan-in), batch norms 1 and 0, PReLU slopes 0.25, biases 0. A tensor depends on the
 * seed, its name and its dims alone, not on the order in which tensors are taken. `close` checks
 * nothing. `seed`: any number; equal numbers give equal parameters.
 */
export function seededParameters(seed: number): Parameters {
  return {
    take: (name, dims) =>
      dims.length > 1 ? uniform(seed, name, dims) : constant(dims, startOf(name)),
    close: () => undefined,
  };
}

function startOf(name: string): number {
  if (/\.act\d+\.weight$/.test(name)) return 0.25;
  return /\.(weight|running_var)$/.test(name) ? 1 : 0;
}

function constant(dims: readonly number[], value: number): FloatTensor {
  return floatTensor(dims, new Float32Array(elementCount(dims)).fill(value));
}

/** dims: [outputs, ...]; the product of the others is the fan-in. */
function uniform(seed: number, name: string, dims: readonly number[]): FloatTensor {
  const bound = Math.sqrt(3 / elementCount(dims.slice(1)));
  const values = new Float32Array(elementCount(dims));
  fillUniform(values, bound, createHash('sha256').update(`${seed}:${name}`).digest());
  return floatTensor(dims, values);
}

/**
 * xoshiro128++ (Blackman and Vigna, 2019) from the first 16 bytes of `state`; every result, as a
 * signed 32-bit number, is one value of [-bound, bound].
 */
export function fillUniform(values: Float32Array, bound: number, state: Buffer): void {
  let [s0, s1, s2, s3] = [0, 4, 8, 12].map((at) => state.readInt32LE(at)) as [
    number,
    number,
    number,
    number,
  ];
  const unit = bound / 2 ** 31;
  for (let i = 0; i < values.length; i++) {
    values[i] = ((rotated(s0 + s3, 7) + s0) | 0) * unit;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotated(s3, 11);
  }
}

function rotated(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by));
}
