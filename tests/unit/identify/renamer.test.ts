import { describe, expect, it } from 'vitest';
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
});
