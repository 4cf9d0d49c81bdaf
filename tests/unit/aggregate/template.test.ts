import { describe, expect, it } from 'vitest';
import { aggregate } from '../../../services/aggregate/template.js';
import { norm } from '../../../services/core/vectors.js';

const f = (...values: number[]): Float32Array => Float32Array.from(values);

describe('aggregate', () => {
  it('is the quality-weighted sum, scaled to unit length', () => {
    const { template, weights } = aggregate([f(1, 0), f(0, 1), f(1, 1)], [1, 2, 3], {
      kind: 'qan',
      mean: null,
    });
    expect(weights[0]).toBe(0);
    const [x, y] = [weights[2] ?? 0, (weights[1] ?? 0) + (weights[2] ?? 0)];
    expect(template[0]).toBeCloseTo(x / Math.hypot(x, y), 6);
    expect(template[1]).toBeCloseTo(y / Math.hypot(x, y), 6);
  });

  it('takes the mean feature away before scaling', () => {
    const { template } = aggregate([f(3, 1)], [1], { kind: 'mean', mean: f(0, 1) });
    expect([...template]).toEqual([1, 0]);
  });

  it('follows the plain mean when told to, whatever the qualities', () => {
    const { template } = aggregate([f(1, 0), f(0, 1)], [0.1, 99], { kind: 'mean', mean: null });
    expect(template[0]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(norm(template)).toBeCloseTo(1, 6);
  });

  it('refuses nothing to aggregate, and features that do not belong together', () => {
    expect(() => aggregate([], [], { kind: 'qan', mean: null })).toThrow('at least one');
    expect(() => aggregate([f(1, 0), f(1)], [1, 2], { kind: 'qan', mean: null })).toThrow('differ');
  });
});
