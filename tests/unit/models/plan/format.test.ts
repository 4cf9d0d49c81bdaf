import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { formatPlan } from '../../../../services/models/plan/format.js';
import { planPolyFace } from '../../../../services/models/plan/plan.js';
import { marksOf, plotOf } from '../../../../services/models/plan/plot.js';
import { plotSvg } from '../../../../services/models/plan/plot-svg.js';

const options = { budgetFlops: 30e9, inputsPx: [203, 235], widths: [1, 1.125] };
const timed = { ...options, maxLatencyMs: 100, measure: () => Promise.resolve(123.45) };

describe('formatPlan', () => {
  it('has a cell under every heading and says that accuracy needs training', async () => {
    for (const [plan, latency] of [
      [await planPolyFace(options), false],
      [await planPolyFace(timed), true],
    ] as const) {
      const { heading, rows, notes } = formatPlan(plan);
      expect(heading.includes('latency')).toBe(latency);
      expect(rows.map((row) => row.length)).toEqual(rows.map(() => heading.length));
      expect(notes[0]).toBe(
        'Accuracy needs training: nothing here predicts it. More parameters, layers and pixels are room to',
      );
      const paper = rows.find(([blocks]) => blocks === '23-38-23');
      expect(paper?.slice(0, 6)).toEqual([
        '23-38-23',
        '235 px',
        '1',
        '28.21 G',
        '94.0 %',
        '119.77 M',
      ]);
      expect(paper?.at(-1)).toContain("the paper's efficient-polyface");
      expect(paper?.at(-1)?.includes('slower than 100 ms')).toBe(latency);
      if (latency) expect(paper).toContain('123.5 ms');
    }
  });

  it('plots every row where its numbers are', async () => {
    const plan = await planPolyFace({
      ...options,
      measure: ({ inputPx, blocks }) => Promise.resolve(inputPx + blocks.a),
    });
    const { plot } = formatPlan(plan);
    expect(plot[0]).toBe('parameters, M');
    expect(plot.at(-2)?.trim()).toBe('latency of one face, ms');
    expect(plot.at(-1)).toBe('a 203 px, b 235 px, * of the paper, + several');
    const area = plot.slice(1, -4).map((line) => /^ *[\d.]* [+|](.*)$/.exec(line)?.[1] ?? '');
    expect(area.join('').replaceAll(' ', '')).toHaveLength(plan.rows.length);
    // The widest input is the slowest, so that its letter is on the right of the other's.
    const columns = (mark: string) => area.map((line) => line.lastIndexOf(mark));
    expect(Math.max(...columns('b'))).toBeGreaterThan(Math.max(...columns('a')));
  });
});

describe('plotOf', () => {
  it('has round marks around all points', async () => {
    const { x, y, points, xLabel } = plotOf(await planPolyFace(options));
    expect(xLabel).toBe('GFLOPs');
    for (const [range, values] of [
      [x, points.map((point) => point.x)],
      [y, points.map((point) => point.y)],
    ] as const) {
      const marks = marksOf(range);
      expect(marks[0]).toBeLessThanOrEqual(Math.min(...values));
      expect(marks.at(-1)).toBeGreaterThanOrEqual(Math.max(...values));
      expect(marks.length).toBeLessThanOrEqual(8);
      for (const mark of marks)
        expect(mark / range.step).toBeCloseTo(Math.round(mark / range.step));
    }
  });

  it('can show a single network', async () => {
    const plan = await planPolyFace({
      ...options,
      budgetFlops: 20e9,
      inputsPx: [235],
      widths: [1],
    });
    expect(plan.rows).toHaveLength(1);
    expect(formatPlan(plan).plot.join('')).not.toContain('NaN');
    expect(plotSvg(plotOf(plan))).not.toContain('NaN');
  });
});

describe('plotSvg', () => {
  it('is an SVG that renders, with a named point for every row', async () => {
    const plan = await planPolyFace(timed);
    const svg = plotSvg(plotOf(plan));
    expect(svg.match(/<title>/g)).toHaveLength(plan.rows.length);
    expect(svg).toContain('<title>235 px, 23-38-23, width 1 (efficient-polyface)</title>');
    const { width, height } = await sharp(Buffer.from(svg)).png().metadata();
    expect([width, height]).toEqual([760, 480]);
  });
});
