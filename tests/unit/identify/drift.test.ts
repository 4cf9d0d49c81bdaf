import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../services/core/calibration.js';
import { curveQuantiles, driftOf, shift } from '../../../services/identify/drift.js';
import { madeUpCurve } from '../../contract/store-rows.js';

const evenly = (from: number, to: number): number[] =>
  Array.from({ length: 21 }, (_, i) => from + ((to - from) * i) / 20);
const shot = (qualities: number[], similarities: number[]): Snapshot => ({
  ...{ templates: 500, qualities, similarities },
});
const since = { source: 'GALLERY', madeMs: 1 } as const;

describe('shift', () => {
  it('is no distance between equal distributions, whatever they are', () => {
    expect(shift(evenly(0, 1), evenly(0, 1))?.distance).toBe(0);
    const ties = [...new Array<number>(10).fill(0.2), ...evenly(0.2, 1).slice(10)];
    expect(shift(ties, ties)?.distance).toBe(0);
  });

  it('is 1 between distributions that do not meet', () => {
    expect(shift(evenly(0, 1), evenly(2, 3))?.distance).toBe(1);
  });

  it('is what two even distributions differ by, with their medians', () => {
    const found = shift(evenly(0, 1), evenly(0.3, 1.3));
    expect(found?.distance).toBeCloseTo(0.3, 9);
    expect(found?.medianThen).toBeCloseTo(0.5, 9);
    expect(found?.medianNow).toBeCloseTo(0.8, 9);
  });

  it('is the same in both directions', () => {
    const [a, b] = [evenly(0, 1), evenly(0.2, 0.6)];
    expect(shift(a, b)?.distance).toBeCloseTo(shift(b, a)?.distance ?? 0, 9);
  });

  it('is not known where a quality is not', () => {
    expect(shift([], evenly(0, 1))).toBeNull();
  });
});

describe('curveQuantiles', () => {
  it('rises from the similarity that nearly all strangers reach to the last of the curve', () => {
    const curve = madeUpCurve();
    const found = curveQuantiles(curve);
    expect(found).toHaveLength(21);
    expect(found.every((one, i) => one >= (found[i - 1] ?? -1))).toBe(true);
    expect(found[20]).toBe(curve.points.at(-1)?.similarity);
  });
});

describe('driftOf', () => {
  const then = shot(evenly(0.4, 0.8), evenly(-0.2, 0.5));

  it('calls steady what is as it was', () => {
    const report = driftOf('g', then, { since, snapshot: then });
    expect(report).toMatchObject({ verdict: 'STEADY', templates: 500, since });
    expect(report.words).toEqual(['What comes looks like what the curve was measured on.']);
  });

  it('says that faces are poorer, and what to look at', () => {
    const now = shot(evenly(0.2, 0.6), evenly(-0.2, 0.5));
    const report = driftOf('door', now, { since, snapshot: then });
    expect(report.verdict).toBe('VERY_CHANGED');
    expect(report.words[0]).toContain('poorer quality');
    expect(report.words[0]).toContain('median 0.400, it was 0.600');
    expect(report.words.at(-1)).toContain('clipid gallery calibrate door');
  });

  it('says that strangers are more alike', () => {
    const now = shot(evenly(0.4, 0.8), evenly(-0.1, 0.6));
    const report = driftOf('g', now, { since, snapshot: then });
    expect(report.verdict).toBe('CHANGED');
    expect(report.words.join(' ')).toContain('more alike');
    expect(report.words.join(' ')).not.toContain('quality');
  });

  it('has other words for better faces and for less alike ones', () => {
    const now = shot(evenly(0.6, 1), evenly(-0.6, 0.1));
    const { words } = driftOf('g', now, { since, snapshot: then });
    expect(words.join(' ')).toMatch(/better quality.*less alike/);
  });

  it('knows nothing where nothing was ever measured', () => {
    expect(driftOf('g', then, null)).toMatchObject({ verdict: 'NOT_KNOWN', since: null });
  });
});
