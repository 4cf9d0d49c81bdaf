import { ClipidError } from '../../core/errors.js';

/** IEEE 754 binary16: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. */
export const FLOAT16_MAX = 65_504;
/** As float32 bits: half a step above FLOAT16_MAX, from where rounding would give infinity. */
const OVERFLOW_BITS = 0x47_7f_f0_00;
/** As float32 bits: 2^-14, the least normal number. */
const LEAST_NORMAL_BITS = 0x38_80_00_00;
/** What the exponent biases 127 and 15 differ by, in the place of the exponent. */
const REBIAS = (127 - 15) << 23;
/** One unit of a subnormal is 2^-24. */
const SUBNORMAL_UNITS = 2 ** 24;

/**
 * The bits of the float16 values nearest to `values`, ties to the even one; same length. `name` is
 * the tensor's, for the error. Throws BUNDLE_INVALID where a value is not finite or beyond
 * FLOAT16_MAX: it would silently become infinite.
 */
export function toFloat16Bits(values: Float32Array, name: string): Uint16Array {
  const bitsOf = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) {
    const bits = bitsOf[i] ?? 0;
    const magnitude = bits & 0x7f_ff_ff_ff;
    if (magnitude >= OVERFLOW_BITS) throw overflow(name, i, values[i] ?? 0);
    const half =
      magnitude >= LEAST_NORMAL_BITS ? normalHalf(magnitude) : subnormalHalf(values[i] ?? 0);
    halves[i] = ((bits >>> 16) & 0x80_00) | half;
  }
  return halves;
}

/** Drops 13 bits of the fraction; adding just under half of them, plus the last kept bit, rounds. */
function normalHalf(magnitude: number): number {
  const odd = (magnitude >>> 13) & 1;
  return (magnitude - REBIAS + 0xf_ff + odd) >>> 13;
}

/** Below 2^-14 the bits simply count units of 2^-24. A carry gives the least normal number. */
function subnormalHalf(value: number): number {
  const units = Math.abs(value) * SUBNORMAL_UNITS;
  const below = Math.floor(units);
  const rest = units - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 === 1);
  return up ? below + 1 : below;
}

function overflow(name: string, index: number, value: number): ClipidError {
  return new ClipidError(
    'BUNDLE_INVALID',
    `${name}: number ${index} is ${value}; float16 holds at most ${FLOAT16_MAX}. ` +
      'Build this network in fp32, or give it other weights.',
    { field: name },
  );
}
