import { describe, expect, it } from 'vitest';
import {
  alignedPadding,
  halfPadding,
  samePadding,
  validPadding,
  windowCount,
} from '../../../../services/models/onnx/padding.js';

const sizes = Array.from({ length: 64 }, (_, i) => i + 1);

describe('padding', () => {
  it.each([
    [512, 3, 2, 0, 1],
    [9, 3, 2, 1, 1],
    [32, 3, 1, 1, 1],
    [7, 1, 1, 0, 0],
    [112, 3, 2, 0, 1],
    [1, 3, 2, 1, 1],
  ])(
    'SAME of %i with kernel %i and stride %i is %i and %i',
    (size, kernel, stride, before, after) => {
      expect(samePadding(size, kernel, stride)).toEqual({ before, after });
    },
  );

  it('gives ceil(size / stride) windows, SAME or aligned', () => {
    for (const rule of [samePadding, alignedPadding]) {
      for (const size of sizes) {
        for (const stride of [1, 2]) {
          const count = windowCount(size, 3, stride, rule(size, 3, stride));
          expect(count).toBe(Math.ceil(size / stride));
        }
      }
    }
  });

  it('is SAME where the stride divides the size, and starts its windows there at any size', () => {
    for (const size of sizes.filter((n) => n % 2 === 0)) {
      expect(alignedPadding(size, 3, 2)).toEqual(samePadding(size, 3, 2));
      expect(alignedPadding(size - 1, 3, 2).before).toBe(0);
    }
    expect(alignedPadding(9, 3, 2)).toEqual({ before: 0, after: 2 });
  });

  it('keeps the size where it is half an odd kernel, at stride 1', () => {
    for (const kernel of [1, 3, 7]) {
      const padding = halfPadding(27, kernel, 1);
      expect(padding).toEqual({ before: (kernel - 1) / 2, after: (kernel - 1) / 2 });
      expect(windowCount(27, kernel, 1, padding)).toBe(27);
    }
    expect(windowCount(112, 3, 2, halfPadding(112, 3, 2))).toBe(56);
  });

  it('cuts or drops a last window that does not fit', () => {
    const none = { before: 0, after: 0 };
    expect(windowCount(8, 3, 2, none)).toBe(3);
    expect(windowCount(8, 3, 2, none, 'ceil')).toBe(4);
    for (const [size, count] of [
      [115, 57],
      [55, 27],
      [27, 13],
      [13, 6],
    ] as const) {
      expect(windowCount(size, 3, 2, none, 'ceil')).toBe(count);
    }
  });

  it('adds nothing where it is VALID', () => {
    expect(validPadding(150, 7, 2)).toEqual({ before: 0, after: 0 });
    expect(windowCount(150, 7, 2, validPadding(150, 7, 2))).toBe(72);
  });
});
