import { describe, expect, it } from 'vitest';
import type { Calibration } from '../../../services/core/calibration.js';
import { contradictions } from '../../../services/identify/contradiction.js';

/** A tenth of the rate each 0.1 of similarity, from `first`; made up. */
function curve(first: number, interval = 1.5): Calibration {
  const points = Array.from({ length: 7 }, (_, i) => {
    const fpr = first * 10 ** -i;
    const [low, high] = [fpr / interval, Math.min(1, fpr * interval)];
    return { similarity: 0.2 + i / 10, fpr, low, high, isFitted: i > 4, tpr: 1 };
  });
  const counts = { people: 100, templates: 300, impostorPairs: 4e4, genuinePairs: 300 };
  return { points, ...counts, qualities: [], madeMs: 0 };
}

describe('contradictions', () => {
  it('are none between curves that agree, nor between those whose intervals meet', () => {
    expect(contradictions(curve(0.5), curve(0.5))).toEqual([]);
    expect(contradictions(curve(0.5, 4), curve(0.1, 4))).toEqual([]);
  });

  it('are told of where people are mistaken more often than stated', () => {
    const found = contradictions(curve(0.9), curve(0.1));
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toContain('more often');
    expect(found[0]).toContain('similarity 0.200');
  });

  it('and where they are less often', () => {
    expect(contradictions(curve(0.01), curve(0.5))[0]).toContain('less often');
  });
});
