import { describe, expect, it } from 'vitest';
import { ScanProgress } from '../../../../../services/ingest/kafka/dead-letters/scan-progress.js';

const ends = [
  { partition: 0, low: 0, end: 3 },
  { partition: 1, low: 10, end: 12 },
  { partition: 2, low: 5, end: 5 },
];

describe('how far a topic is read', () => {
  it('is to the end where no partition has anything', () => {
    expect(new ScanProgress([], 'STABLE').isDone).toBe(true);
    expect(new ScanProgress([{ partition: 0, low: 7, end: 7 }], 'WRITTEN').isDone).toBe(true);
  });

  it('is to the end once every partition is, also by records that nobody sees', () => {
    const progress = new ScanProgress(ends, 'STABLE');
    progress.advance(0, 2, 3);
    expect(progress.isDone).toBe(false);
    progress.advance(1, 11, 12);
    expect(progress.isDone).toBe(true);
  });

  it('goes on from where it was when the reading begins anew', () => {
    const progress = new ScanProgress(ends, 'STABLE');
    expect(progress.advance(1, 10, 12)).toBe(true);
    expect([9, 10, 11].map((offset) => progress.isNew(1, offset))).toEqual([false, false, true]);
    expect(progress.advance(1, 10, 12)).toBe(false);
    expect(progress.isNew(1, 11)).toBe(true);
  });

  it('does not wait behind an open transaction: STABLE', () => {
    const progress = new ScanProgress([{ partition: 0, low: 0, end: 2 }], 'STABLE');
    progress.advance(0, 1, 9);
    expect(progress.isDone).toBe(true);
  });

  it('waits for what was written when it began, and for nothing after: WRITTEN', () => {
    const progress = new ScanProgress([{ partition: 0, low: 0, end: 2 }], 'WRITTEN');
    progress.advance(0, 1, 9);
    expect(progress.isDone).toBe(false);
    progress.advance(0, 8, 20);
    expect(progress.isDone).toBe(true);
  });

  it('passes over a partition that was added since', () => {
    const progress = new ScanProgress([{ partition: 0, low: 0, end: 1 }], 'WRITTEN');
    expect(progress.isNew(7, 0)).toBe(false);
    expect(progress.advance(7, 0, 1)).toBe(false);
    progress.advance(0, 0, 1);
    expect(progress.isDone).toBe(true);
  });
});
