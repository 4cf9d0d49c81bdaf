import { describe, expect, it } from 'vitest';
import { identify } from '../../../services/evaluate/metrics/identification.js';
import { fnirAt, foundBy } from '../../../services/evaluate/metrics/searches.js';
import { drawRoles } from '../../../services/evaluate/metrics/roles.js';
import { type Labelled, vectorSet } from '../../../services/evaluate/scoring/vector-set.js';
import { seeded } from '../../../services/evaluate/seeded.js';

const options = { splits: 3, seed: 1, signal: new AbortController().signal };

/** `each` faces of every person along an axis of their own, so that all are told apart. */
function apart(people: number, each: number): Labelled[] {
  return Array.from({ length: people * each }, (_, i) => {
    const embedding = new Float32Array(people);
    embedding[i % people] = 1;
    return { person: i % people, embedding };
  });
}

describe('roles', () => {
  it('enrol half of the people once, and keep their others and everybody else as searches', () => {
    const set = vectorSet(apart(7, 3));
    const { gallery, mated, strangers } = drawRoles(set, seeded(1));
    expect(gallery).toHaveLength(4);
    expect(mated).toHaveLength(8);
    expect(strangers).toHaveLength(9);
    const personOf = (row: number | undefined): number | undefined => set.persons[row ?? -1];
    for (const { row, mate } of mated) expect(personOf(row)).toBe(personOf(gallery[mate]));
    const enrolled = new Set(gallery.map(personOf));
    expect(strangers.some((row) => enrolled.has(personOf(row)))).toBe(false);
  });

  it('enrol nobody who has one face', () => {
    const { gallery } = drawRoles(vectorSet(apart(6, 1)), seeded(1));
    expect(gallery).toEqual([]);
  });
});

describe('searches computed by hand', () => {
  const searches = {
    // Found first at 0.9 and 0.5; third at 0.8.
    mateScores: Float32Array.of(0.9, 0.5, 0.8),
    ranks: Uint32Array.of(1, 1, 3),
    strangerScores: Float32Array.of(0.7, 0.6, 0.6, 0.4),
  };

  it('count ranks', () => {
    expect(foundBy(searches, 1)).toBeCloseTo(2 / 3);
    expect(foundBy(searches, 3)).toBe(1);
  });

  it('ask for more than the strangers that may not pass', () => {
    // One of four may pass: the threshold lies just above 0.6, and 0.5 is missed.
    expect(fnirAt(searches, 0.25)).toBeCloseTo(2 / 3);
    // Three may pass: just above 0.4.
    expect(fnirAt(searches, 0.75)).toBeCloseTo(1 / 3);
    expect(fnirAt(searches, 0.01)).toBeNull();
  });
});

describe('identify', () => {
  it('finds everybody who is told apart, and says what strangers are too few for', async () => {
    const found = await identify(vectorSet(apart(10, 4)), options);
    expect(found?.rank1).toEqual({ mean: 1, least: 1, most: 1 });
    expect(found?.cmc).toEqual([1, 1, 1, 1, 1]);
    expect(found?.fnir).toBeNull();
    expect(found?.stopsBecause).toBe('FPIR 1 % needs 100 searches for strangers; there are 20');
    const many = await identify(vectorSet(apart(60, 4)), options);
    expect(many?.fnir).toEqual({ mean: 0, least: 0, most: 0 });
  });

  it('counts others at the same score before the mate', async () => {
    const alike = apart(8, 2).map(({ person }) => ({ person, embedding: Float32Array.of(1, 0) }));
    const found = await identify(vectorSet(alike), options);
    expect(found?.rank1.mean).toBe(0);
    expect(found?.cmc).toEqual([0, 0, 0, 1]);
  });

  it('is null where nobody can be enrolled, and repeats itself with its seed', async () => {
    expect(await identify(vectorSet(apart(5, 1)), options)).toBeNull();
    const set = vectorSet(apart(9, 5));
    expect(await identify(set, options)).toEqual(await identify(set, options));
  });
});
