import { describe, expect, it } from 'vitest';
import { ClipidError } from '../../../services/core/errors.js';
import type { Probe, SearchRequest } from '../../../services/identify/port.js';
import {
  galleryRow,
  identityRow,
  madeUpCurve,
  templateRow,
  trackFace,
} from '../../contract/store-rows.js';
import {
  imageOf,
  person,
  picture,
  SecondStage,
  signal,
  trackOf,
  tracksOf,
} from './second-stage.js';

const [ANN, BOB, EVE] = [person(0), person(1), person(2)];

function search(stage: SecondStage, probe: Probe, change: Partial<SearchRequest> = {}) {
  const request = { galleryId: 'g', probe, maxMatches: 5, maxAppearances: 20, ...change };
  return stage.searcher.search(request, signal);
}

const byVector = (vector: Float32Array): Probe => ({ kind: 'embedding', vector });

/** Ann and Bob are enrolled; Ann and somebody unknown were seen in two clips. */
async function withPeople(): Promise<SecondStage> {
  const stage = new SecondStage();
  await stage.enrol('ann', ANN);
  await stage.enrol('bob', BOB);
  await stage.see('c1', [picture(ANN, 0.95, EVE), person(3)]);
  await stage.see('c2', [picture(person(3), 0.9, EVE)]);
  return stage;
}

describe('Searcher, each kind of probe', () => {
  it('an embedding, of any length', async () => {
    const stage = await withPeople();
    const { searched, unsearched, bundleId } = await search(stage, byVector(ANN.map((x) => 7 * x)));
    expect(bundleId).toBe('b1');
    expect(unsearched).toEqual([]);
    expect(searched).toHaveLength(1);
    expect(searched[0]?.face).toMatchObject({ trackIndex: 0, box: null, faces: [] });
    expect(searched[0]?.matches).toMatchObject([
      { identityId: 'ann', decision: 'MATCHED', similarity: 1 },
      { identityId: 'bob', decision: 'UNKNOWN', similarity: 0 },
    ]);
    expect(searched[0]?.appearances.map((one) => one.appearance.clipId)).toEqual(['c1']);
  });

  it('an image with several faces: each is searched by itself', async () => {
    const stage = await withPeople();
    const faces = [
      trackFace({ quality: 1, box: { x: 0, y: 0, width: 0.1, height: 0.1 } }),
      trackFace({ quality: 2, box: { x: 0.5, y: 0, width: 0.1, height: 0.1 } }),
    ];
    const tracks = [trackOf(BOB, { faces }), trackOf(ANN, { trackIndex: 1 })];
    stage.extractor.answers.set(9, { ...tracksOf('probe'), tracks });
    const { searched } = await search(stage, { kind: 'image', bytes: imageOf(9) });
    expect(searched.map((face) => face.matches[0]?.identityId)).toEqual(['bob', 'ann']);
    expect(searched.map((face) => face.face.trackIndex)).toEqual([0, 1]);
    // The place is that of the best face, not of the first.
    expect(searched[0]?.face.box?.x).toBe(0.5);
  });

  it('a uri', async () => {
    const stage = await withPeople();
    stage.extractor.answers.set('file:///a.mp4', tracksOf('probe', ANN));
    const { searched } = await search(stage, { kind: 'uri', uri: 'file:///a.mp4' });
    expect(searched[0]?.matches[0]?.identityId).toBe('ann');
  });

  it('a template: where else was this unknown seen?', async () => {
    const stage = await withPeople();
    const [, unknown] = stage.store.appearancesOfClip('g', 'c1');
    const templateId = unknown?.templateId ?? '';
    const { searched } = await search(stage, { kind: 'template', templateId });
    const seen = searched[0]?.appearances.map(({ appearance, similarity }) => ({
      where: appearance.clipId,
      who: appearance.identityId,
      similarity: Number(similarity.toFixed(3)),
    }));
    expect(seen).toEqual([
      { where: 'c1', who: null, similarity: 1 },
      { where: 'c2', who: null, similarity: 0.9 },
    ]);
    expect(searched[0]?.matches.every((match) => match.decision === 'UNKNOWN')).toBe(true);
  });

  it('an identity: with each of its templates', async () => {
    const stage = await withPeople();
    await stage.enrol('ann', picture(ANN, 0.9, person(4)));
    const { searched } = await search(stage, { kind: 'identity', identityId: 'ann' });
    expect(searched).toHaveLength(2);
    expect(searched.map((face) => face.matches[0]?.identityId)).toEqual(['ann', 'ann']);
    expect(searched[0]?.appearances[0]?.appearance.clipId).toBe('c1');
  });

  it('leaves nothing of the probe in the gallery', async () => {
    const stage = await withPeople();
    const before = stage.store.countTemplates('g');
    stage.extractor.answers.set(9, tracksOf('probe', person(5)));
    await search(stage, { kind: 'image', bytes: imageOf(9) });
    expect(stage.store.countTemplates('g')).toEqual(before);
    expect((await stage.indexes.seen('g')).size()).toBe(3);
  });
});

describe('Searcher, answers that are no errors', () => {
  it('a probe without a face is NO_FACE', async () => {
    const stage = await withPeople();
    stage.extractor.answers.set(9, tracksOf('probe'));
    const result = await search(stage, { kind: 'image', bytes: imageOf(9) });
    expect(result.searched).toEqual([]);
    expect(result.unsearched).toEqual([{ face: null, reasons: ['NO_FACE'] }]);
  });

  it('so is an identity that was never enrolled', async () => {
    const stage = await withPeople();
    stage.store.insertIdentity(identityRow({ identityId: 'blank' }));
    const result = await search(stage, { kind: 'identity', identityId: 'blank' });
    expect(result.unsearched).toEqual([{ face: null, reasons: ['NO_FACE'] }]);
  });

  it('an empty gallery finds nobody', async () => {
    const { searched } = await search(new SecondStage(), byVector(ANN));
    expect(searched).toMatchObject([{ matches: [], appearances: [] }]);
  });
});

describe('Searcher, errors', () => {
  it.each<[string, Probe, string]>([
    ['a template', { kind: 'template', templateId: 'none' }, 'TEMPLATE_NOT_FOUND'],
    ['an identity', { kind: 'identity', identityId: 'none' }, 'IDENTITY_NOT_FOUND'],
    ['an embedding', byVector(new Float32Array(5).fill(1)), 'FIELD_INVALID'],
    ['an embedding', byVector(new Float32Array(8)), 'FIELD_INVALID'],
    ['an embedding', byVector(ANN.map(() => NaN)), 'FIELD_INVALID'],
  ])('name %s that is not there or not valid', async (_name, probe, code) => {
    const stage = await withPeople();
    await expect(search(stage, probe)).rejects.toMatchObject({ code });
  });

  it('are those of the clip, and of a missing gallery', async () => {
    const stage = await withPeople();
    const failure = new ClipidError('URI_FORBIDDEN', 'not allowed');
    stage.extractor.answers.set('file:///x', failure);
    await expect(search(stage, { kind: 'uri', uri: 'file:///x' })).rejects.toBe(failure);
    await expect(search(stage, byVector(ANN), { galleryId: 'gone' })).rejects.toMatchObject({
      code: 'GALLERY_NOT_FOUND',
    });
  });

  it('invariant 4: a gallery of another bundle is not searched', async () => {
    const stage = await withPeople();
    stage.store.insertGallery(galleryRow({ galleryId: 'old', bundleId: 'b0' }));
    await expect(search(stage, byVector(ANN), { galleryId: 'old' })).rejects.toMatchObject({
      code: 'BUNDLE_MISMATCH',
    });
  });

  it('CANCELLED ends a search', async () => {
    const stage = await withPeople();
    const request = { galleryId: 'g', probe: byVector(ANN), maxMatches: 1, maxAppearances: 1 };
    await expect(stage.searcher.search(request, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('Searcher, thresholds and bounds', () => {
  const decisions = async (threshold?: number) => {
    const stage = await withPeople();
    const probe = byVector(picture(ANN, 0.7, BOB));
    const { searched } = await search(stage, probe, threshold === undefined ? {} : { threshold });
    return searched[0]?.matches.map((match) => match.decision);
  };

  it("a caller's threshold takes the place of the bundle's", async () => {
    // 0.7 to ann, 0.714 to bob.
    expect(await decisions()).toEqual(['UNCERTAIN', 'UNCERTAIN']);
    expect(await decisions(0.71)).toEqual(['MATCHED', 'UNCERTAIN']);
    expect(await decisions(0.5)).toEqual(['MATCHED', 'MATCHED']);
    expect(await decisions(-1)).toEqual(['MATCHED', 'MATCHED']);
    expect(await decisions(1)).toEqual(['UNCERTAIN', 'UNCERTAIN']);
  });

  it('a low threshold shows appearances that are farther away', async () => {
    const stage = await withPeople();
    const probe = byVector(picture(ANN, 0.5, person(6)));
    expect((await search(stage, probe)).searched[0]?.appearances).toEqual([]);
    const { searched } = await search(stage, probe, { threshold: 0.4 });
    expect(searched[0]?.appearances.map((one) => one.appearance.clipId)).toEqual(['c1']);
  });

  it('gives at most as many matches and appearances as were asked for, the best', async () => {
    const stage = await withPeople();
    const probe = byVector(person(3));
    const one = await search(stage, probe, { maxMatches: 1, maxAppearances: 1 });
    expect(one.searched[0]?.matches).toHaveLength(1);
    expect(one.searched[0]?.appearances.map((seen) => seen.appearance.clipId)).toEqual(['c1']);
    const none = await search(stage, probe, { maxMatches: 0, maxAppearances: 0 });
    expect(none.searched).toMatchObject([{ matches: [], appearances: [] }]);
  });

  it('appearances are not crowded out by enrolled pictures', async () => {
    const stage = await withPeople();
    for (let i = 0; i < 30; i++) await stage.enrol('ann', picture(ANN, 0.999 - i * 1e-4, BOB));
    const { searched } = await search(stage, byVector(ANN), { maxAppearances: 1 });
    expect(searched[0]?.appearances.map((one) => one.appearance.clipId)).toEqual(['c1']);
  });

  it('nor by tracks that are enrolled and whose clips were deleted', async () => {
    const stage = await withPeople();
    const rows = Array.from({ length: 30 }, (_, i) =>
      templateRow({ templateId: `old${i}`, clipId: `old${i}`, identityId: 'ann', vector: ANN }),
    );
    const put = stage.store.putTemplates(rows);
    await stage.indexes.apply('g', { put, removed: [] });
    const { searched } = await search(stage, byVector(ANN), { maxAppearances: 2 });
    expect(searched[0]?.appearances.map((one) => one.appearance.clipId)).toEqual(['c1']);
  });

  it('appearances are in order of similarity, the earlier first where it is equal', async () => {
    const stage = new SecondStage();
    await stage.see('c2', [picture(ANN, 0.9, EVE)]);
    await stage.see('c1', [picture(ANN, 0.9, EVE)]);
    await stage.see('c3', [picture(ANN, 0.99, EVE)]);
    const { searched } = await search(stage, byVector(ANN));
    expect(searched[0]?.appearances.map((one) => one.appearance.clipId)).toEqual([
      'c3',
      'c2',
      'c1',
    ]);
  });
});

describe('Searcher, what a match is worth', () => {
  // A tenth of the rate for each 0.1 of similarity: 0.5 is one in 10^5.
  const calibrated = { matched: 0.8, uncertain: 0.6, curve: madeUpCurve() };

  it('says by what rule it decided, with the size of the gallery in it', async () => {
    const stage = new SecondStage(calibrated);
    await stage.enrol('ann', ANN, picture(ANN, 0.9, EVE));
    await stage.enrol('bob', ...Array.from({ length: 8 }, (_, i) => picture(BOB, 0.9, person(i))));
    const asked = { targetFpr: 0.01, uncertainFpr: 0.1 };
    const { rule, searched } = await search(stage, byVector(picture(ANN, 0.25, EVE)), asked);
    expect(rule).toMatchObject({ comparisons: 10, curveSource: 'BUNDLE' });
    expect(rule.targets).toEqual({ matched: 0.01, uncertain: 0.1 });
    expect(rule.matched).toBeCloseTo(0.3, 9);
    expect(rule.uncertain).toBeCloseTo(0.2, 9);
    const [ann] = searched[0]?.matches ?? [];
    expect(ann?.decision).toBe('MATCHED'); // its second picture shows Eve, too
    const reached = 10 * 10 ** (-10 * (ann?.similarity ?? 0));
    expect((ann?.estimatedFpr?.value ?? 0) / reached).toBeCloseTo(1, 6);
  });

  it('estimates where somebody was seen by how many were looked through there', async () => {
    const stage = new SecondStage(calibrated);
    await stage.enrol('ann', ANN);
    await stage.see('c', [picture(ANN, 0.65, EVE), BOB, person(3), person(4)]);
    const { searched } = await search(stage, byVector(ANN));
    const [where] = searched[0]?.appearances ?? [];
    expect(where?.similarity).toBeCloseTo(0.65, 6);
    expect(where?.estimatedFpr?.value).toBeCloseTo(4 * 10 ** -6.5, 9);
    expect(where?.appearance.estimatedFpr?.value).toBeCloseTo(10 ** -6.5, 9);
  });

  it('refuses a target without a curve before it looks at the probe', async () => {
    const stage = new SecondStage();
    const probe = { kind: 'uri', uri: 'file:///long.mp4' } as const;
    const refusal = { code: 'CALIBRATION_MISSING' };
    await expect(search(stage, probe, { targetFpr: 0.1 })).rejects.toMatchObject(refusal);
    expect(stage.extractor.asked).toEqual([]);
  });
});
