import { describe, expect, it } from 'vitest';
import { galleryRow, madeUpCurve } from '../../contract/store-rows.js';
import { contentsOf, person, picture, SecondStage, signal } from './second-stage.js';

const [ANN, BOB, EVE] = [person(0), person(1), person(2)];

async function enrolSeen(stage: SecondStage, identityId: string, clipId: string) {
  const [seen] = stage.store.appearancesOfClip('g', clipId);
  const source = { kind: 'template', name: 'seen', templateId: seen?.templateId ?? '' } as const;
  return stage.enroller.enrol({ galleryId: 'g', identityId, sources: [source] }, signal);
}

const whoIn = (stage: SecondStage, clipId: string) =>
  stage.store.appearancesOfClip('g', clipId).map((row) => [row.identityId, row.decision]);

describe('Renamer', () => {
  it('names those who were seen before they were enrolled, and nobody else', async () => {
    const stage = new SecondStage();
    await stage.see('c1', [picture(ANN, 0.9, EVE), BOB]);
    await stage.see('c2', [picture(ANN, 0.7, EVE)]);
    await stage.see('c3', [picture(ANN, 0.5, EVE)]);
    await stage.enrol('ann', ANN);
    expect(whoIn(stage, 'c1')).toEqual([
      ['ann', 'MATCHED'],
      [null, 'UNKNOWN'],
    ]);
    expect(whoIn(stage, 'c2')).toEqual([['ann', 'UNCERTAIN']]);
    expect(whoIn(stage, 'c3')).toEqual([[null, 'UNKNOWN']]);
  });

  it('names an unknown by one of their own tracks, and counts who was renamed', async () => {
    const stage = new SecondStage();
    await stage.see('c1', [ANN]);
    await stage.see('c2', [picture(ANN, 0.9, EVE)]);
    await stage.see('c3', [BOB]);
    const result = await enrolSeen(stage, 'ann', 'c1');
    expect(result.items).toMatchObject([{ reasons: [], quality: 1.5 }]);
    expect(result.renamedAppearances).toBe(2);
    expect(['c1', 'c2', 'c3'].map((clipId) => whoIn(stage, clipId)[0]?.[0])).toEqual([
      'ann',
      'ann',
      null,
    ]);
    expect(stage.store.appearancesOfIdentity('g', 'ann', { limit: 9 })).toHaveLength(2);
  });

  it('leaves an appearance to the identity that is nearer', async () => {
    const stage = new SecondStage();
    await stage.enrol('ann', ANN);
    await stage.see('c', [picture(ANN, 0.95, BOB)]);
    await stage.enrol('bob', picture(ANN, 0.7, BOB));
    expect(whoIn(stage, 'c')).toEqual([['ann', 'MATCHED']]);
  });

  it('takes an appearance from an identity that is farther', async () => {
    const stage = new SecondStage();
    await stage.enrol('ann', picture(ANN, 0.7, EVE));
    await stage.see('c', [ANN]);
    expect(whoIn(stage, 'c')).toEqual([['ann', 'UNCERTAIN']]);
    await stage.enrol('bob', picture(ANN, 0.9, BOB));
    expect(whoIn(stage, 'c')).toEqual([['bob', 'MATCHED']]);
  });

  it('changes nothing when it is told the same again (invariant 2)', async () => {
    const stage = new SecondStage();
    await stage.see('c', [ANN]);
    await enrolSeen(stage, 'ann', 'c');
    const before = contentsOf(stage);
    expect((await enrolSeen(stage, 'ann', 'c')).renamedAppearances).toBe(0);
    expect(contentsOf(stage)).toEqual(before);
  });

  describe('with a curve', () => {
    // A tenth of the rate for each 0.1 of similarity: with one template, 0.3 is one in a thousand.
    const calibrated = { matched: 0.8, uncertain: 0.6, curve: madeUpCurve() };

    function strictStage(targetFpr: number): SecondStage {
      const stage = new SecondStage(calibrated);
      stage.store.updateGallery(galleryRow({ targetFpr }));
      return stage;
    }

    it('decides by the target of the gallery, and remembers what it was worth then', async () => {
      const stage = strictStage(1e-3);
      await stage.see('c1', [picture(ANN, 0.35, EVE)]);
      await stage.see('c2', [picture(ANN, 0.25, EVE)]);
      await stage.enrol('ann', ANN);
      expect([whoIn(stage, 'c1'), whoIn(stage, 'c2')]).toEqual([
        [['ann', 'MATCHED']],
        [['ann', 'UNCERTAIN']],
      ]);
      const [seen] = stage.store.appearancesOfClip('g', 'c1');
      expect(seen?.estimatedFpr?.value).toBeCloseTo(10 ** -3.5, 9);
    });

    it('takes a track that was named for told: no estimate, and MATCHED whatever the target', async () => {
      const stage = strictStage(1e-30); // nothing on the curve is so rare
      await stage.see('c', [ANN]);
      await enrolSeen(stage, 'ann', 'c');
      expect(whoIn(stage, 'c')).toEqual([['ann', 'MATCHED']]);
      expect(stage.store.appearancesOfClip('g', 'c')[0]?.estimatedFpr).toBeNull();
      const [alone] = await stage.see('d', [BOB], 'bob');
      expect(alone).toMatchObject({ identityId: 'bob', decision: 'MATCHED', estimatedFpr: null });
    });

    it('changes nothing when told the same again, though the gallery has grown', async () => {
      const stage = strictStage(1e-3);
      await stage.see('c', [picture(ANN, 0.35, EVE)]);
      await stage.enrol('ann', ANN);
      const before = stage.store.appearancesOfClip('g', 'c');
      await stage.enrol('bob', ...Array.from({ length: 5 }, (_, i) => person(i + 3)));
      await stage.enrol('ann', ANN);
      expect(stage.store.appearancesOfClip('g', 'c')).toEqual(before);
    });
  });
});
