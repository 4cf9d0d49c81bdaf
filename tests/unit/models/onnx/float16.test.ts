import { describe, expect, it } from 'vitest';
import { FLOAT16_MAX, toFloat16Bits } from '../../../../services/models/onnx/float16.js';

/** The value of float16 bits, from the definition of the format. */
function fromBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const magnitude =
    exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return sign * magnitude;
}

/** Every finite float16 of one sign, ascending; its index is its bits. */
const LADDER = Array.from({ length: 0x7c00 }, (_, bits) => fromBits(bits));
const bitsOf = (...values: number[]) => [...toFloat16Bits(Float32Array.from(values), 'w')];

describe('float16', () => {
  it('gives every value that it can hold its own bits, of both signs', () => {
    expect(bitsOf(...LADDER)).toEqual(LADDER.map((_, bits) => bits));
    expect(bitsOf(...LADDER.map((value) => -value))).toEqual(
      LADDER.map((_, bits) => bits | 0x8000),
    );
  });

  it('rounds half way to the even neighbour, and anything else to the nearer one', () => {
    const next = (bits: number) => LADDER[bits + 1] ?? 0;
    const middles = LADDER.slice(0, -1).map((low, bits) => (low + next(bits)) / 2);
    expect(bitsOf(...middles)).toEqual(middles.map((_, bits) => bits + (bits % 2)));
    // One step of float32 beside the middle.
    const nudge = (factor: number) => middles.map((value) => Math.fround(value * factor));
    expect(bitsOf(...nudge(1 - 2 ** -23))).toEqual(middles.map((_, bits) => bits));
    expect(bitsOf(...nudge(1 + 2 ** -23))).toEqual(middles.map((_, bits) => bits + 1));
  });

  it('gives zero for what is below half of the least subnormal', () => {
    expect(bitsOf(2 ** -26, -(2 ** -26), 2 ** -149, -0)).toEqual([0, 0x8000, 0, 0x8000]);
  });

  it('refuses what would become infinite, by the name of the tensor', () => {
    expect(bitsOf(FLOAT16_MAX, 65_519.99)).toEqual([0x7bff, 0x7bff]);
    for (const value of [65_520, -65_520, Infinity, Number.NaN]) {
      const convert = () => toFloat16Bits(Float32Array.of(0, value), 'conv1/weights');
      const message = `conv1/weights: number 1 is ${value}; float16 holds at most 65504`;
      expect(convert).toThrow(expect.objectContaining({ code: 'BUNDLE_INVALID' }));
      expect(convert).toThrow(message);
    }
  });

  it('reads values that lie inside a larger buffer', () => {
    const part = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    expect([...toFloat16Bits(part, 'w')]).toEqual([0x3c00, 0x4000]);
  });
});
