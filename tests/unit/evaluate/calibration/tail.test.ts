import { describe, expect, it } from 'vitest';
import {
  fitTail,
  shareAbove,
  similarityOfShare,
  type Tail,
  type WeightedScores,
} from '../../../../services/evaluate/calibration/tail.js';

const COUNT = 5000;

/** The scores that a distribution puts at the middle of each of `COUNT` equal shares. */
function scoresOf(tail: Tail): WeightedScores {
  const shares = Array.from({ length: COUNT }, (_, i) => (i + 0.5) / COUNT);
  const scores = Float32Array.from(shares, (share) => similarityOfShare(tail, share));
  return { scores, weights: new Float64Array(COUNT).fill(1), total: COUNT };
}

describe('fitTail', () => {
  it.each([
    [0.03, -0.1],
    [0.02, 0],
    [0.01, 0.2],
  ])('finds the scale %f and the shape %f that scores were made with', (scale, shape) => {
    const found = fitTail(scoresOf({ from: 0.5, scale, shape }), 0.5);
    expect(found?.scale).toBeCloseTo(scale, 3);
    expect(found?.shape).toBeCloseTo(shape, 1);
  });

  it('takes a pair that counts twice as two pairs', () => {
    const once = scoresOf({ from: 0.5, scale: 0.03, shape: -0.1 });
    const scores = Float32Array.from({ length: 2 * COUNT }, (_, i) => once.scores[i >> 1] ?? 0);
    const weights = new Float64Array(2 * COUNT).fill(1);
    const total = 2 * COUNT;
    const a = fitTail({ scores, weights, total }, 0.5);
    const b = fitTail({ ...once, weights: once.weights.map(() => 2), total }, 0.5);
    expect(a?.scale).toBeCloseTo(b?.scale ?? 0, 6);
    expect(a?.shape).toBeCloseTo(b?.shape ?? 0, 6);
  });

  it('never calls a similarity below 1 impossible', () => {
    // These end at 0.6; nothing was seen above it, which does not mean that nothing is there.
    const found = fitTail(scoresOf({ from: 0.5, scale: 0.1, shape: -1 }), 0.5);
    if (found === undefined) throw new Error('there is a tail');
    expect(shareAbove(found, 0.999)).toBeGreaterThan(0);
    expect(shareAbove(found, 1)).toBeCloseTo(0, 12);
  });

  it('knows nothing where no score lies above', () => {
    expect(fitTail(scoresOf({ from: 0.1, scale: 0.01, shape: -0.5 }), 0.9)).toBeUndefined();
  });

  it('takes equal scores for the steepest tail', () => {
    const scores = new Float32Array(50).fill(0.7);
    const found = fitTail({ scores, weights: new Float64Array(50).fill(1), total: 50 }, 0.6);
    expect(found && shareAbove(found, 0.95)).toBeLessThan(0.05);
  });
});

describe('shareAbove', () => {
  it.each([-0.3, 0, 0.3])('is undone by similarityOfShare, with shape %f', (shape) => {
    const tail = { from: 0.4, scale: 0.05, shape };
    for (const share of [1, 0.5, 1e-3, 1e-9])
      expect(shareAbove(tail, similarityOfShare(tail, share))).toBeCloseTo(share, 12);
  });
});
