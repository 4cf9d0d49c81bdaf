import { describe, expect, it } from 'vitest';
import { countFlops } from '../../../../services/models/flops/count.js';
import { formatBudget, formatFlopsReport } from '../../../../services/models/flops/format.js';
import { inBytes, inThousands, parseFlops } from '../../../../services/models/flops/units.js';
import { readModel } from '../../../../services/models/onnx/read-model.js';
import { mobileNetV1 } from './published-graphs.js';

describe('parseFlops', () => {
  it.each([
    ['30G', 30e9],
    ['30 GFLOPs', 30e9],
    ['1.5T', 1.5e12],
    ['900m', 900e6],
    ['28.25gflops', 28.25e9],
    ['12', 12],
    ['1000T', 1e15],
  ])('takes %s', (text, flops) => expect(parseFlops(text)).toBe(flops));

  it.each([
    '',
    'G',
    '-1G',
    '0',
    '30X',
    '30GG',
    '1e9',
    '1001T',
    '3 0G',
    '30G MACs',
    'Infinity',
    '0.1',
  ])('refuses %j, saying how to write it', (text) => {
    const parse = () => parseFlops(text, 'budget');
    expect(parse).toThrow(expect.objectContaining({ code: 'FIELD_INVALID', field: 'budget' }));
    expect(parse).toThrow('must be a number of FLOPs up to 1000T, as in 30G or 900M.');
  });
});

describe('units', () => {
  it('are powers of a thousand', () => {
    expect([0, 999, 1_000, 28_211_835_854, 2e12].map(inThousands)).toEqual([
      '0',
      '999',
      '1.00 K',
      '28.21 G',
      '2.00 T',
    ]);
    expect([0, 999, 1_500, 479_075_080].map(inBytes)).toEqual([
      '0 B',
      '999 B',
      '1.50 kB',
      '479.08 MB',
    ]);
  });
});

describe('formatFlopsReport', () => {
  it('has the totals, a row for every operator and what is counted', () => {
    const report = countFlops(readModel(mobileNetV1(), 'mobilenet.onnx'));
    const { summary, heading, rows, notes } = formatFlopsReport(report);
    expect(summary[0]).toContain('mobilenet.onnx: x 1x3x224x224; convolutions see 1 picture(s)');
    expect(summary[1]).toContain('of which 568.74 M multiply-adds (each 2 FLOPs)');
    expect(rows.map(([opType]) => opType)).toEqual(report.byType.map(({ opType }) => opType));
    expect(rows[0]?.slice(0, 2)).toEqual(['Conv', '27']);
    for (const row of rows) expect(row).toHaveLength(heading.length);
    const shares = rows.map((row) => Number.parseFloat(row[3] ?? ''));
    expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(100, 1);
    expect(notes.join(' ')).toContain('FLOPs are 2 x multiply-adds');
  });
});

describe('formatBudget', () => {
  it('says on which side of the budget a count is', () => {
    expect(formatBudget(28.21e9, 30e9)).toBe('28.21 GFLOPs of 30.00 GFLOPs: within the budget.');
    expect(formatBudget(30e9, 30e9)).toContain('within');
    expect(formatBudget(30e9 + 1, 30e9)).toContain('over the budget');
  });
});
