import { describe, expect, it } from 'vitest';
import { longestOf } from '../../../services/cli/evaluate/longest-track.js';
import type { TrackedFaces } from '../../../services/extract/tracker.js';

/** So many faces of this side. */
function track(length: number, sidePx: number): TrackedFaces {
  const boxPx = { x: 0, y: 0, width: sidePx, height: sidePx };
  return Array.from({ length }, () => ({ boxPx })) as unknown as TrackedFaces;
}

describe('the track that counts for a clip', () => {
  it('has the most faces; of two such, the larger ones', () => {
    const [short, small, large] = [track(9, 200), track(10, 50), track(10, 90)];
    expect(longestOf([short, small, large]).faces).toBe(large);
    expect(longestOf([large, small]).faces).toBe(large);
  });

  it('is told of where others are half as long, and only there', () => {
    expect(longestOf([track(10, 50), track(4, 90)]).remarks).toEqual([]);
    const [remark] = longestOf([track(5, 90), track(10, 50), track(7, 50)]).remarks;
    expect(remark).toContain('of 10 faces; put aside were others of 7, 5');
  });

  it('is empty without faces', () => {
    expect(longestOf([])).toEqual({ faces: [], remarks: [] });
  });
});
