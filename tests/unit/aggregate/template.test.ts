import { describe, expect, it } from 'vitest';
import { aggregate } from '../../../services/aggregate/template.js';
import { norm } from '../../../services/core/vectors.js';

const f = (...values: number[]): Float32Array => Float32Array.from(values);

const PLAIN = { mean: null, lift: 0 };

describe('aggregate', () => {
  it('is the quality-weighted sum, scaled to unit length', () => {
    const { template, weights } = aggregate([f(1, 0), f(0, 1), f(1, 1)], [1, 2, 3], {
      kind: 'qan',
      postprocess: PLAIN,
    });
    expect(weights[0]).toBe(0);
    const [x, y] = [weights[2] ?? 0, (weights[1] ?? 0) + (weights[2] ?? 0)];
    expect(template[0]).toBeCloseTo(x / Math.hypot(x, y), 6);
    expect(template[1]).toBeCloseTo(y / Math.hypot(x, y), 6);
  });

  it('takes the mean feature away before scaling', () => {
    const { template } = aggregate([f(3, 1)], [1], {
      kind: 'mean',
      postprocess: { mean: f(0, 1), lift: 0 },
    });
    expect([...template]).toEqual([1, 0]);
  });

  it('puts the lift behind the centred feature', () => {
    const postprocess = { mean: f(0, 1), lift: 4 };
    const { template } = aggregate([f(3, 1)], [1], { kind: 'mean', postprocess });
    expect(template[0]).toBeCloseTo(0.6, 6);
    expect(template[1]).toBe(0);
    expect(template[2]).toBeCloseTo(0.8, 6);
  });

  it('follows the plain mean when told to, whatever the qualities', () => {
    const { template } = aggregate([f(1, 0), f(0, 1)], [0.1, 99], {
      kind: 'mean',
      postprocess: PLAIN,
    });
    expect(template[0]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(norm(template)).toBeCloseTo(1, 6);
  });

  it('refuses nothing to aggregate, and features that do not belong together', () => {
    expect(() => aggregate([], [], { kind: 'qan', postprocess: PLAIN })).toThrow('at least one');
    expect(() => aggregate([f(1, 0), f(1)], [1, 2], { kind: 'qan', postprocess: PLAIN })).toThrow(
      'differ',
    );
  });
});
