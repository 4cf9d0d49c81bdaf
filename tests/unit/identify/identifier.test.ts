import { describe, expect, it } from 'vitest';
import { templateId } from '../../../services/core/template-id.js';
import { appearanceRow, galleryRow, trackFace } from '../../contract/store-rows.js';
import {
  BUNDLE,
  contentsOf,
  person,
  picture,
  SecondStage,
  trackOf,
  tracksOf,
} from './second-stage.js';

const [ANN, BOB, EVE] = [person(0), person(1), person(2)];

describe('Identifier, decisions', () => {
  it.each([
    ['MATCHED', 0.9, 'ann'],
    ['UNCERTAIN', 0.7, 'ann'],
    ['UNKNOWN', 0.5, null],
  ] as const)('is %s at a similarity of %d', async (decision, similarity, identityId) => {
    const stage = new SecondStage();
    await stage.enrol('ann', ANN);
    const [seen] = await stage.see('c', [picture(ANN, similarity, EVE)]);
    expect(seen).toMatchObject({ decision, identityId });
    // The similarity is told also where it was too small to count.
    expect(seen?.similarity).toBeCloseTo(similarity, 5);
  });

  it('knows nobody in an empty gallery, and says that there was nothing to compare with', async () => {
    const [seen] = await new SecondStage().see('c', [ANN]);
    expect(seen).toMatchObject({ decision: 'UNKNOWN', identityId: null, similarity: null });
  });

  it('does not take an unnamed track for an identity', async () => {
    const stage = new SecondStage();
    await stage.see('c1', [ANN]);
    const [seen] = await stage.see('c2', [ANN]);
    expect(seen).toMatchObject({ decision: 'UNKNOWN', identityId: null, similarity: null });
  });

  it('decides each track of a clip by itself, by the nearest identity', async () => {
    const stage = new SecondStage();
    await stage.enrol('ann', ANN, picture(ANN, 0.9, EVE));
    await stage.enrol('bob', BOB);
    const seen = await stage.see('c', [picture(BOB, 0.95, ANN), EVE, picture(ANN, 0.85, BOB)]);
    expect(seen.map((row) => row.identityId)).toEqual(['bob', null, 'ann']);
  });
});

describe('Identifier, what is written', () => {
  it('stores templates and appearances under derived ids (invariant 2), and ends the clip', async () => {
    const stage = new SecondStage();
    const faces = [
      trackFace({ quality: 2, weight: 0.25 }),
      trackFace({ quality: 4, weight: 0.75, timestampMs: 500 }),
    ];
    const tracks = { ...tracksOf('c'), warnings: ['w'], tracks: [trackOf(ANN, { faces })] };
    stage.keep(tracks);
    await stage.identifier.identify(tracks);
    const id = templateId('g', BUNDLE, 'c', 0);
    expect(stage.store.template('g', id)).toMatchObject({
      identityId: null,
      source: 'TRACK',
      clipId: 'c',
      quality: 3.5, // the weighted mean of its faces
      vector: ANN,
    });
    expect(stage.store.appearancesOfClip('g', 'c')).toEqual([
      appearanceRow({ templateId: id, endMs: 1000, qualityMin: 2, qualityMax: 4, faces }),
    ]);
    expect(stage.store.clip('g', 'c')).toMatchObject({
      state: 'DONE',
      bundleId: BUNDLE,
      durationMs: 1000,
      frameCount: 8,
      warnings: ['w'],
      errorCode: null,
    });
    expect(stage.store.nextExtraction()).toBeUndefined();
  });

  it('ends a clip without faces', async () => {
    const stage = new SecondStage();
    expect(await stage.see('c', [])).toEqual([]);
    expect(stage.store.clip('g', 'c')?.state).toBe('DONE');
  });

  it('can be found at once: the indexes follow', async () => {
    const stage = new SecondStage();
    await stage.indexes.load('g');
    await stage.see('c', [ANN]);
    expect((await stage.indexes.seen('g')).size()).toBe(1);
    expect((await stage.indexes.enrolled('g')).size()).toBe(0);
  });

  it('invariant 2: a replay of a clip that is done changes nothing', async () => {
    const stage = new SecondStage();
    await stage.enrol('ann', ANN);
    await stage.see('c', [ANN, BOB]);
    const before = contentsOf(stage);
    // Between the two somebody was enrolled; the replay must not decide again.
    await stage.identifier.identify(tracksOf('c', ANN, BOB));
    expect(contentsOf(stage)).toEqual(before);
    stage.keep(tracksOf('c', ANN, BOB));
    await stage.identifier.identify(tracksOf('c', ANN, BOB));
    expect(contentsOf(stage)).toEqual(before);
    expect((await stage.indexes.seen('g')).size()).toBe(2);
  });

  it('invariant 2: the same clip identified by two at once is there once', async () => {
    const stage = new SecondStage();
    stage.keep(tracksOf('c', ANN, BOB));
    const both = [tracksOf('c', ANN, BOB), tracksOf('c', ANN, BOB)];
    await Promise.all(both.map((tracks) => stage.identifier.identify(tracks)));
    expect(stage.store.countTemplates('g').total).toBe(2);
    expect(stage.store.appearancesOfClip('g', 'c')).toHaveLength(2);
  });

  it('invariant 4: refuses tracks of another bundle, and writes nothing', async () => {
    const stage = new SecondStage();
    const foreign = { ...tracksOf('c', ANN), bundleId: 'b2' };
    stage.keep(foreign);
    const before = contentsOf(stage);
    await expect(stage.identifier.identify(foreign)).rejects.toMatchObject({
      code: 'BUNDLE_MISMATCH',
      message: expect.stringMatching(/b1.*b2/) as string,
    });
    expect(contentsOf(stage)).toEqual(before);
  });

  it('refuses tracks of a gallery that is gone', async () => {
    const stage = new SecondStage();
    stage.store.insertGallery(galleryRow({ galleryId: 'other' }));
    const tracks = { ...tracksOf('c', ANN), galleryId: 'gone' };
    await expect(stage.identifier.identify(tracks)).rejects.toMatchObject({
      code: 'GALLERY_NOT_FOUND',
    });
  });

  it('passes over a clip that was deleted meanwhile', async () => {
    const stage = new SecondStage();
    stage.keep(tracksOf('c', ANN));
    stage.store.deleteClip('g', 'c');
    await stage.identifier.identify(tracksOf('c', ANN));
    expect(stage.store.countTemplates('g').total).toBe(0);
    expect(stage.store.appearancesOfClip('g', 'c')).toEqual([]);
    expect((await stage.indexes.seen('g')).size()).toBe(0);
  });

  it('does not end a clip that was deleted and submitted anew with what it held before', async () => {
    const stage = new SecondStage();
    stage.keep(tracksOf('c', ANN));
    const row = stage.store.clip('g', 'c');
    stage.store.deleteClip('g', 'c');
    if (row !== undefined) stage.store.insertClip({ ...row, state: 'QUEUED' });
    await stage.identifier.identify(tracksOf('c', ANN));
    expect(stage.store.clip('g', 'c')?.state).toBe('QUEUED');
    expect(stage.store.countTemplates('g').total).toBe(0);
  });
});

describe('Identifier, a clip that enrols', () => {
  it('names the one person of the clip, and the next clip finds them', async () => {
    const stage = new SecondStage();
    const [own] = await stage.see('c', [ANN], 'ann');
    expect(own).toMatchObject({ decision: 'MATCHED', identityId: 'ann', similarity: 1 });
    expect(stage.store.identity('g', 'ann')).toMatchObject({ displayName: 'ann', revision: 1 });
    const [later] = await stage.see('d', [picture(ANN, 0.9, BOB)]);
    expect(later).toMatchObject({ decision: 'MATCHED', identityId: 'ann' });
  });

  it('enrols nobody where it is not clear who is meant, and says so', async () => {
    const stage = new SecondStage();
    const seen = await stage.see('c', [ANN, BOB], 'ann');
    expect(seen.map((row) => row.identityId)).toEqual([null, null]);
    expect(stage.store.identity('g', 'ann')).toBeUndefined();
    expect(stage.store.clip('g', 'c')?.warnings).toEqual([
      'not enrolled: 2 faces were found that are not surely one person',
    ]);
    await stage.see('d', [], 'ann');
    expect(stage.store.clip('g', 'd')?.warnings).toEqual(['not enrolled: no face was found']);
  });

  it('gives the name to those who were seen before, too', async () => {
    const stage = new SecondStage();
    await stage.see('early', [BOB, picture(ANN, 0.9, EVE)]);
    await stage.see('c', [ANN], 'ann');
    const early = stage.store.appearancesOfClip('g', 'early');
    expect(early.map((row) => row.identityId)).toEqual([null, 'ann']);
  });
});
