import { describe, expect, it } from 'vitest';
import { equalWeights, qanWeights } from '../../../services/aggregate/weights.js';

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('QAN++ weights', () => {
  it('gives the worst of three frames nothing and shares the rest by min-max quality', () => {
    const weights = qanWeights([2, 4, 3]);
    expect(weights[0]).toBe(0);
    expect(weights[1]).toBeCloseTo(1 / 1.5, 12);
    expect(weights[2]).toBeCloseTo(0.5 / 1.5, 12);
  });

  it('uses the raw qualities of one and of two frames', () => {
    expect(qanWeights([-3])).toEqual([1]);
    expect(qanWeights([1, 3])).toEqual([0.25, 0.75]);
  });

  it('gives equal weights where the published rule divides by zero', () => {
    expect(qanWeights([5, 5, 5, 5])).toEqual(equalWeights(4));
    expect(qanWeights([0, 0])).toEqual([0.5, 0.5]);
    expect(qanWeights([-2, -7])).toEqual([0.5, 0.5]);
  });

  it('lets no weight of two frames be negative', () => {
    expect(qanWeights([-1, 2])).toEqual([0, 1]);
  });

  it('is undefined for qualities that are not numbers', () => {
    expect(() => qanWeights([1, Number.NaN, 2])).toThrow('finite');
    expect(() => qanWeights([1, Number.POSITIVE_INFINITY, 2])).toThrow('finite');
  });

  it('invariant 5: is never negative and sums to 1, whatever the qualities', () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let round = 0; round < 2000; round++) {
      const scale = 10 ** Math.floor(random() * 600 - 300);
      const qualities = Array.from(
        { length: 1 + Math.floor(random() * 9) },
        () => (random() - 0.5) * scale,
      );
      const weights = qanWeights(qualities, round % 2 === 0 ? 0 : random() * scale);
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
      expect(sum(weights)).toBeCloseTo(1, 9);
    }
  });
});

describe('QAN++ weights with a least span', () => {
  it('follow the published rule where the frames differ by that much', () => {
    expect(qanWeights([2, 4, 3], 2)).toEqual(qanWeights([2, 4, 3]));
    expect(qanWeights([2, 4, 3], 1.5)).toEqual(qanWeights([2, 4, 3]));
  });

  it('are the nearer to the plain mean the less the frames differ', () => {
    expect(qanWeights([0.5, 0.6, 0.6], 0.5)).toEqual(
      [0.8, 1, 1].map((q): unknown => expect.closeTo(q / 2.8)),
    );
    const [worst = 0] = qanWeights([0.5, 0.501, 0.501], 0.5);
    expect(worst).toBeCloseTo(1 / 3, 3);
  });

  it('treat two frames as they treat more', () => {
    expect(qanWeights([0.2, 0.6], 0.5)).toEqual(
      [0.2, 1].map((q): unknown => expect.closeTo(q / 1.2)),
    );
    expect(qanWeights([-0.3, 0.6], 0.5)).toEqual([0, 1]);
    expect(qanWeights([-5], 0.5)).toEqual([1]);
  });

  it('stay the same when all qualities are moved by a constant', () => {
    const moved = qanWeights([10.1, 10.5, 10.2], 0.5);
    expect(moved).toEqual(
      qanWeights([0.1, 0.5, 0.2], 0.5).map((w): unknown => expect.closeTo(w, 9)),
    );
  });

  it('are equal for equal qualities, however small the qualities are beside the span', () => {
    expect(qanWeights([0, 0, 0], 1)).toEqual(equalWeights(3));
    expect(qanWeights([1e-300, -1e-300], 1e6)).toEqual(equalWeights(2));
  });
});
