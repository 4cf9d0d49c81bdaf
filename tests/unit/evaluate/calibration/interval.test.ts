import { describe, expect, it } from 'vitest';
import {
  rateInterval,
  studentQuantile,
} from '../../../../services/evaluate/calibration/interval.js';

describe('studentQuantile', () => {
  it.each([
    [4, 2.776],
    [9, 2.262],
    [30, 2.042],
    [1000, 1.962],
  ])('with %i degrees of freedom is that of the tables', (freedom, table) => {
    expect(Math.abs(studentQuantile(freedom) - table)).toBeLessThan(0.02);
  });
});

describe('rateInterval', () => {
  it('is the rate itself where draws do not differ', () => {
    const { low, high } = rateInterval(1e-3, [2e-3, 2e-3, 2e-3], 10);
    expect(low).toBeCloseTo(1e-3, 12);
    expect(high).toBeCloseTo(1e-3, 12);
  });

  it('is as many times below the rate as above it, and wider for fewer people', () => {
    const draws = [1e-3, 2e-3, 4e-3];
    const [many, few] = [rateInterval(2e-3, draws, 1000), rateInterval(2e-3, draws, 5)];
    expect(many.low * many.high).toBeCloseTo(4e-6, 9);
    expect(few.high).toBeGreaterThan(many.high);
  });

  it('is at most 1', () => {
    expect(rateInterval(0.5, [0.1, 0.9, 0], 5).high).toBe(1);
  });
});
