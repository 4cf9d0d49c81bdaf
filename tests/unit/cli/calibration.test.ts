import { describe, expect, it } from 'vitest';
import { CurveSource } from '../../../services/gen/clipid/v1/search.js';
import { DriftVerdict } from '../../../services/gen/clipid/v1/calibration.js';
import { EXIT, runFake } from './fakes.js';

const time = { seconds: 1_790_000_000, nanos: 0 };
const points = [1e-1, 1e-2, 1e-3].map((fpr, i) => ({
  similarity: 0.4 + i / 10,
  ...{ fpr, low: i === 2 ? 0 : fpr / 2, high: 2 * fpr, extrapolated: i === 2 },
}));
const calibration = {
  ...{ points, people: 120, templates: 360, impostorPairs: 64_000, genuinePairs: 360 },
  ...{ makeTime: time, inUse: true, enrolledTemplates: 400, notes: ['ann and bob are alike'] },
};

describe('clipid gallery calibrate', () => {
  const calls = { calibrateGallery: () => ({ calibration }) };

  it('shows the curve, what it rests on, and the notes', async () => {
    const { results, exitCode } = await runFake(['gallery', 'calibrate', 'staff'], calls);
    expect(exitCode).toBe(EXIT.ok);
    expect(results[0]).toContain('64,000 pairs of two people, from 360 templates of 120 people');
    expect(results[0]).toMatch(/1\.0e-2 +0\.500 +5\.0e-3 to 2\.0e-2 +counted/);
    expect(results[0]).toMatch(/1\.0e-3 +0\.600 +up to 2\.0e-3 +fitted/);
    expect(results[0]).toContain('go by this curve');
    expect(results[0]).toContain('ann and bob are alike');
  });

  it('is one document with --json', async () => {
    const { results } = await runFake(['gallery', 'calibrate', 'staff', '--json'], calls);
    const document = JSON.parse(results[0] ?? '') as object;
    expect(document).toMatchObject({ gallery: 'staff', people: 120, inUse: true });
    expect(document).toMatchObject({ makeTime: '2026-09-21T14:13:20.000Z' });
  });
});

describe('clipid evaluate drift', () => {
  const shift = { medianThen: 0.6, medianNow: 0.4, distance: 0.31 };
  const report = {
    ...{ verdict: DriftVerdict.DRIFT_VERDICT_VERY_CHANGED, words: ['Faces are poorer.'] },
    ...{ templates: 900, sinceSource: CurveSource.CURVE_SOURCE_GALLERY, sinceTime: time },
    ...{ quality: shift, similarity: undefined },
  };
  const run = (answer: object, ...args: string[]) =>
    runFake(['evaluate', 'drift', 'staff', ...args], { reportDrift: () => answer });

  it('says what changed, and ends so that a script can tell', async () => {
    const { results, exitCode } = await run(report);
    expect(exitCode).toBe(EXIT.failed);
    expect(results[0]).toContain('VERY_CHANGED, by 900 tracks');
    expect(results[0]).toMatch(/quality +0\.600 +0\.400 +0\.31/);
    expect(results[0]).toContain('Faces are poorer.');
    expect(results[0]).not.toContain('similarity of strangers');
  });

  it('takes its own options, not those of evaluate', async () => {
    const steady = { ...report, verdict: DriftVerdict.DRIFT_VERDICT_STEADY };
    const { results, exitCode } = await run(steady, '--json');
    expect(exitCode).toBe(EXIT.ok);
    expect(JSON.parse(results[0] ?? '')).toMatchObject({
      ...{ gallery: 'staff', verdict: 'STEADY', templates: 900, similarity: null },
      since: { source: 'GALLERY', time: '2026-09-21T14:13:20.000Z' },
    });
  });
});
