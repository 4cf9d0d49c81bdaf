import { describe, expect, it } from 'vitest';
import { onePerson } from '../../../services/identify/one-person.js';
import { decide, verdict } from '../../../services/identify/decision.js';
import { trackFace } from '../../contract/store-rows.js';
import { person, picture, THRESHOLDS, trackOf } from './second-stage.js';

const [ANN, BOB] = [person(0), person(1)];
const early = trackOf(ANN, { startMs: 0, endMs: 900 });
const late = trackOf(picture(ANN, 0.85, BOB), { trackIndex: 1, startMs: 1000, endMs: 2000 });

describe('onePerson', () => {
  it('takes one track, and several of one person one after the other', () => {
    expect(onePerson([early], THRESHOLDS).tracks).toEqual([early]);
    expect(onePerson([early, late], THRESHOLDS)).toEqual({ tracks: [early, late], problem: '' });
  });

  it('takes none without a face', () => {
    expect(onePerson([], THRESHOLDS)).toEqual({ tracks: [], problem: 'no face was found' });
  });

  it('takes none where two are seen at once, however alike they look', () => {
    const twin = trackOf(ANN, { trackIndex: 1, startMs: 900, endMs: 1500 });
    const { tracks, problem } = onePerson([early, twin], THRESHOLDS);
    expect(tracks).toEqual([]);
    expect(problem).toContain('2 faces');
  });

  it('takes none where one comes after another who does not match', () => {
    const other = { ...late, template: picture(ANN, 0.79, BOB) };
    expect(onePerson([early, other], THRESHOLDS).tracks).toEqual([]);
  });

  it('compares with the longest track, wherever it stands', () => {
    const long = { ...late, faces: [trackFace(), trackFace()], template: ANN };
    const [left, right] = [picture(ANN, 0.85, BOB), picture(ANN, 0.85, person(2))];
    const first = { ...early, template: left };
    const last = trackOf(right, { trackIndex: 2, startMs: 3000, endMs: 4000 });
    expect(onePerson([first, long, last], THRESHOLDS).tracks).toHaveLength(3);
    // Left and right alone are too little alike.
    expect(onePerson([first, last], THRESHOLDS).tracks).toEqual([]);
  });
});

describe('decide', () => {
  it.each([
    [1, 'MATCHED'],
    [0.8, 'MATCHED'],
    [0.7999, 'UNCERTAIN'],
    [0.6, 'UNCERTAIN'],
    [0.5999, 'UNKNOWN'],
    [-1, 'UNKNOWN'],
  ])('of %d is %s', (similarity, decision) => {
    expect(decide(similarity, THRESHOLDS)).toBe(decision);
  });

  it('names nobody who is UNKNOWN, and keeps the similarity', () => {
    const match = {
      identityId: 'ann',
      templateId: 't',
      similarity: 0.4,
      decision: 'UNKNOWN',
      estimatedFpr: { value: 0.5, low: 0.4, high: 0.6, isFitted: false },
    } as const;
    const nobody = { decision: 'UNKNOWN', identityId: null };
    const { similarity, estimatedFpr } = match;
    expect(verdict(match)).toEqual({ ...nobody, similarity, estimatedFpr });
    expect(verdict(undefined)).toEqual({ ...nobody, similarity: null, estimatedFpr: null });
  });
});
