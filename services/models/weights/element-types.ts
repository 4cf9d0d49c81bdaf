/** How a number is stored, by the names that safetensors uses. */
export const ELEMENT_TYPES = [
  'F64',
  'F32',
  'F16',
  'BF16',
  'I64',
  'I32',
  'I16',
  'I8',
  'U8',
  'BOOL',
] as const;
export type ElementType = (typeof ELEMENT_TYPES)[number];

const BYTES: Readonly<Record<ElementType, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};
const HALF_FRACTION = 2 ** 10;
const HALF_SMALLEST = 2 ** -24;

/** Bytes of one number. */
export function elementBytes(type: ElementType): number {
  return BYTES[type];
}

/**
 * Little-endian numbers as float32, rounded where they are wider.
 * bytes: [count x elementBytes(type)], at the start of its own memory.
 */
export function decodeFloats(type: ElementType, bytes: Buffer): Float32Array {
  const { buffer } = bytes;
  switch (type) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer));
    case 'F16':
      return halves(new Uint16Array(buffer));
    case 'BF16':
      return brainFloats(new Uint16Array(buffer));
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer), Number);
    case 'I32':
      return Float32Array.from(new Int32Array(buffer));
    case 'I16':
      return Float32Array.from(new Int16Array(buffer));
    case 'I8':
      return Float32Array.from(new Int8Array(buffer));
    case 'U8':
    case 'BOOL':
      return Float32Array.from(bytes);
  }
}

/** A bfloat16 is the upper half of a float32. */
function brainFloats(stored: Uint16Array): Float32Array {
  const bits = new Uint32Array(stored.length);
  for (let i = 0; i < stored.length; i++) bits[i] = (stored[i] ?? 0) * 2 ** 16;
  return new Float32Array(bits.buffer);
}

function halves(stored: Uint16Array): Float32Array {
  const values = new Float32Array(stored.length);
  for (let i = 0; i < stored.length; i++) values[i] = half(stored[i] ?? 0);
  return values;
}

/** IEEE 754 binary16: a sign, five bits of exponent, ten of fraction. */
function half(bits: number): number {
  const sign = bits >= 2 ** 15 ? -1 : 1;
  const exponent = (bits >> 10) % 32;
  const fraction = bits % HALF_FRACTION;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * HALF_SMALLEST;
  return sign * (HALF_FRACTION + fraction) * 2 ** (exponent - 25);
}
