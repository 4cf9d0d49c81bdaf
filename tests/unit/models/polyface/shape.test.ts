import { describe, expect, it } from 'vitest';
import {
  POLYFACE_SOLUTIONS,
  type PolyFaceShape,
  channelsAt,
  checkPolyFaceShape,
  polyFaceInputSizesPx,
} from '../../../../services/models/polyface/shape.js';

const PAPER = POLYFACE_SOLUTIONS['efficient-polyface'];

describe('the shape of a PolyFace', () => {
  it('allows the sides at which every max-pool meets its convolution', () => {
    const conv = (size: number) => Math.floor((size - 3) / 2) + 1;
    const ceilPool = (size: number) => Math.ceil((size - 3) / 2) + 1;
    const meets = (side: number) => {
      // Sides before the four places where both halve: stem 1, stem 3, A to B, B to C.
      const first = conv(side) - 2;
      const second = conv(first) - 2;
      const sides = [first, second, conv(second), conv(conv(second))];
      return sides.every((size) => size >= 3 && conv(size) === ceilPool(size));
    };
    const sizes = polyFaceInputSizesPx();
    expect(sizes.slice(0, 6)).toEqual([75, 107, 139, 171, 203, 235]);
    expect(sizes.every(meets)).toBe(true);
    // An even side only loses its last row and column in the first convolution.
    const others = Array.from({ length: 1_003 }, (_, i) => i + 1).filter(meets);
    expect(others.filter((side) => side % 2 === 1)).toEqual(sizes);
  });

  it('rounds channel counts to multiples of 8, at least 8', () => {
    expect([32, 48, 1152].map((channels) => channelsAt(1, channels))).toEqual([32, 48, 1152]);
    expect([32, 48, 160].map((channels) => channelsAt(0.5, channels))).toEqual([16, 24, 80]);
    expect(channelsAt(0.75, 32)).toBe(24);
    expect(channelsAt(1 / 16, 32)).toBe(8);
  });

  it.each<[string, Partial<PolyFaceShape>, string]>([
    ['blocks.b', { blocks: { a: 1, b: -1, c: 1 } }, 'a whole number from 0 to 200'],
    ['blocks.c', { blocks: { a: 1, b: 1, c: 1.5 } }, 'a whole number from 0 to 200'],
    ['inputPx', { inputPx: 20 }, 'from 75 to 1003 px'],
    ['inputPx', { inputPx: 224 }, 'Choose 203 or 235 px'],
    ['width', { width: Number.NaN }, 'a number from 0.0625 to 4'],
    ['dimension', { dimension: 0 }, 'a whole number from 1 to 4096'],
  ])('refuses a wrong %s', (field, change, message) => {
    const check = () => checkPolyFaceShape({ ...PAPER, ...change });
    expect(check).toThrow(expect.objectContaining({ code: 'FIELD_INVALID', field }));
    expect(check).toThrow(message);
  });

  it('takes both solutions of the paper', () => {
    for (const shape of Object.values(POLYFACE_SOLUTIONS)) {
      expect(() => checkPolyFaceShape(shape)).not.toThrow();
    }
  });
});
