import { describe, expect, it } from 'vitest';
import { operatingPoints } from '../../../services/evaluate/operating-points.js';
import {
  intervalOf,
  rateOf,
  resamples,
  similarities,
} from '../../../services/evaluate/resampled-rates.js';
import { seeded } from '../../../services/evaluate/seeded.js';

const random = seeded(3);
const faces = Array.from({ length: 24 }, (_, i) => {
  const angle = (i % 3) + 0.9 * random();
  const embedding = Float32Array.of(Math.cos(angle), Math.sin(angle));
  return { person: `p${i % 3}`, embedding };
});
const people = faces.map(({ person }) => person);
const all = faces.map((_, i) => i);

describe('rates of resampled sets', () => {
  it('are those of the protocol for every face once', () => {
    for (const fpr of [0.05, 0.1, 0.3]) {
      const [point] = operatingPoints(faces, [fpr]);
      expect(rateOf(similarities(faces), people, all, fpr)).toBeCloseTo(point?.tpr ?? -1, 6);
    }
  });

  it('compare no face with itself', () => {
    const twice = [0, 0, 3, 1, 2];
    const once = [0, 3, 1, 2];
    const table = similarities(faces);
    const genuine = rateOf(table, people, once, 0.5);
    expect([0, 1]).toContain(genuine);
    expect(rateOf(table, people, twice, 0.5)).toBeLessThanOrEqual(1);
  });

  it('are drawn with putting back, of the same number', () => {
    const draws = resamples(10, 20, seeded(1));
    expect(draws).toHaveLength(20);
    expect(draws.every((draw) => draw.length === 10 && draw.every((i) => i >= 0 && i < 10))).toBe(
      true,
    );
    expect(draws.some((draw) => new Set(draw).size < 10)).toBe(true);
  });

  it('have the interval of their middle', () => {
    const values = Array.from({ length: 201 }, (_, i) => i);
    expect(intervalOf(100, values)).toEqual({ value: 100, low: 5, high: 195 });
  });
});
