import { describe, expect, it } from 'vitest';
import {
  fprAt,
  overSearch,
  perComparison,
  similarityAt,
  type CurvePoint,
} from '../../../services/core/calibration.js';
import { targetsOf, validateTargets } from '../../../services/core/targets.js';
import { seeded } from '../../helpers/seeded.js';

/** A curve of 2 to 40 points with steps of any size; `random` is in [0, 1). */
function anyCurve(random: () => number): CurvePoint[] {
  const count = 2 + Math.floor(random() * 39);
  let [similarity, fpr] = [-1 + random(), 1 - random() * 0.5];
  return Array.from({ length: count }, () => {
    similarity += (1e-6 + random()) / count;
    fpr *= 1e-3 + 0.99 * random();
    const high = Math.min(1, fpr * (1 + random()));
    return { similarity, fpr, low: fpr * random(), high, isFitted: random() < 0.5, tpr: null };
  });
}

const CURVES = Array.from({ length: 200 }, (_, seed) => {
  const random = seeded(seed + 1);
  return { random, points: anyCurve(random) };
});
const ends = (points: readonly CurvePoint[]) => {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a curve has points');
  return { first, last };
};

describe('a curve, whatever it looks like', () => {
  it('gives the points that it is made of', () => {
    for (const { points } of CURVES) {
      for (const { similarity, fpr, low, high } of points) {
        const found = fprAt(points, similarity);
        expect(found.value / fpr).toBeCloseTo(1, 9);
        expect(found.low).toBeCloseTo(low, 9);
        expect(found.high).toBeCloseTo(high, 9);
        expect(similarityAt(points, fpr)).toBeCloseTo(similarity, 9);
      }
    }
  });

  it('there and back is where one was, both ways', () => {
    for (const { points, random } of CURVES) {
      const { first, last } = ends(points);
      const similarity = first.similarity + random() * (last.similarity - first.similarity);
      expect(similarityAt(points, fprAt(points, similarity).value)).toBeCloseTo(similarity, 6);
      const fpr = last.fpr * (first.fpr / last.fpr) ** random();
      expect(fprAt(points, similarityAt(points, fpr)).value / fpr).toBeCloseTo(1, 6);
    }
  });

  it('falls in rate as similarity rises, and the other way round', () => {
    for (const { points, random } of CURVES) {
      const [low, high] = [random() * 2 - 1, random() * 2 - 1].sort((a, b) => a - b) as [
        number,
        number,
      ];
      const tolerance = 1 + 1e-12;
      expect(fprAt(points, high).value).toBeLessThanOrEqual(fprAt(points, low).value * tolerance);
      const [rare, often] = [10 ** -(3 + 3 * random()), 10 ** -(3 * random())];
      expect(similarityAt(points, rare)).toBeGreaterThanOrEqual(
        similarityAt(points, often) - 1e-12,
      );
    }
  });

  it('is certain below its first point, and stays at its last one', () => {
    for (const { points } of CURVES) {
      const { first, last } = ends(points);
      expect(fprAt(points, first.similarity - 1e-9)).toMatchObject({ value: 1, low: 1, high: 1 });
      expect(fprAt(points, last.similarity + 1).value).toBe(last.fpr);
      expect(similarityAt(points, last.fpr * 0.999)).toBe(1);
      expect(similarityAt(points, 1)).toBe(first.similarity);
    }
  });

  it('is fitted between two points where either is', () => {
    const point = (similarity: number, fpr: number, isFitted: boolean): CurvePoint => {
      return { similarity, fpr, low: 0, high: 1, isFitted, tpr: null };
    };
    const points = [point(0, 0.5, false), point(0.5, 0.1, false), point(0.9, 0.01, true)];
    const fitted = [0.2, 0.5, 0.7, 0.95].map((similarity) => fprAt(points, similarity).isFitted);
    expect(fitted).toEqual([false, true, true, true]);
    // A rate of 0 has no logarithm: the larger one is the safe answer.
    expect(fprAt(points, 0.2)).toMatchObject({ low: 0, high: 1 });
  });
});

describe('a search of many', () => {
  it('is bounded by the sum, and never above 1', () => {
    for (const { points, random } of CURVES) {
      const estimate = fprAt(points, random());
      const comparisons = Math.floor(random() * 1e5);
      const over = overSearch(estimate, comparisons);
      for (const key of ['value', 'low', 'high'] as const) {
        expect(over[key]).toBeGreaterThanOrEqual(estimate[key]);
        expect(over[key]).toBeLessThanOrEqual(1);
        expect(over[key]).toBe(Math.min(1, estimate[key] * Math.max(1, comparisons)));
      }
    }
  });

  it('asks of one comparison what is left of the target, and no more than the target', () => {
    expect(perComparison(0.01, 100)).toBeCloseTo(1e-4, 12);
    expect(perComparison(0.01, 0)).toBe(0.01);
  });

  it('holds against independent comparisons, as a simulation shows', () => {
    const random = seeded(7);
    const [target, comparisons, searches] = [0.1, 20, 20_000];
    const rate = perComparison(target, comparisons);
    let falseMatches = 0;
    for (let i = 0; i < searches; i++) {
      if (Array.from({ length: comparisons }, random).some((one) => one < rate)) falseMatches++;
    }
    expect(falseMatches / searches).toBeLessThan(target + 0.005);
    expect(falseMatches / searches).toBeGreaterThan(target * 0.85);
  });
});

describe('targets that are asked for', () => {
  it.each([
    [{ targetFpr: 0 }, 'settings.target_fpr'],
    [{ targetFpr: 1 }, 'settings.target_fpr'],
    [{ targetFpr: NaN }, 'settings.target_fpr'],
    [{ targetFpr: -0.1 }, 'settings.target_fpr'],
    [{ targetFpr: 0.1, uncertainFpr: 1 }, 'settings.uncertain_fpr'],
    [{ targetFpr: 0.1, uncertainFpr: 0.09 }, 'settings.uncertain_fpr'],
    [{ uncertainFpr: 0.1 }, 'settings.uncertain_fpr'],
  ])('are refused as %o', (asked, field) => {
    const refusal = expect.objectContaining({ code: 'FIELD_INVALID', field }) as Error;
    expect(() => validateTargets('settings.', asked)).toThrow(refusal);
  });

  it('pass where they are shares, equal ones too', () => {
    for (const asked of [{}, { targetFpr: 0.1 }, { targetFpr: 0.1, uncertainFpr: 0.1 }]) {
      expect(validateTargets('', asked)).toBe(asked);
    }
    expect(targetsOf({})).toBeNull();
    expect(targetsOf({ targetFpr: 0.125 })).toMatchObject({ matched: 0.125 });
  });
});
