import { describe, expect, it } from 'vitest';
import { planBatches, sizesFor } from '../../../services/vision/device/batch-plan.js';
import { squareSpec } from './specs.js';

const SIZES = [1, 8, 32, 128];

describe('planBatches', () => {
  it.each([
    [0, []],
    [1, [1]],
    [2, [8]],
    [8, [8]],
    [9, [8, 1]],
    [33, [32, 1]],
    [128, [128]],
    [129, [128, 1]],
    [300, [128, 128, 32, 8, 8]],
  ])('%d pictures go as %j', (count, runs) => {
    expect(planBatches(count, SIZES)).toEqual(runs);
  });

  it('holds every count, with the sizes it was given alone, and no needless run', () => {
    for (let count = 1; count <= 400; count++) {
      const runs = planBatches(count, SIZES);
      const room = runs.reduce((sum, size) => sum + size, 0);
      expect(runs.every((size) => SIZES.includes(size))).toBe(true);
      expect(room).toBeGreaterThanOrEqual(count);
      expect(room - (runs.at(-1) ?? 0)).toBeLessThan(count);
    }
  });

  it('runs a graph of a fixed batch by that', () => {
    expect(planBatches(5, [1])).toEqual([1, 1, 1, 1, 1]);
    expect(planBatches(5, [4])).toEqual([4, 4]);
  });
});

describe('sizesFor', () => {
  it('gives faces every size and large pictures the small ones', () => {
    expect(sizesFor(squareSpec(112), SIZES)).toEqual(SIZES);
    expect(sizesFor(squareSpec(640), SIZES)).toEqual([1, 8]);
  });

  it('gives a picture of any size the smallest', () => {
    expect(sizesFor(squareSpec(8_000), SIZES)).toEqual([1]);
    expect(sizesFor(squareSpec(8_000), [4, 8])).toEqual([4]);
  });
});
