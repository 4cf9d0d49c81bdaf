import { describe, expect, it } from 'vitest';
import { nearestIdentities } from '../../../services/identify/nearest.js';
import type { TemplateRow } from '../../../services/gallery/port.js';
import { identityRow, templateRow } from '../../contract/store-rows.js';
import { person, picture, SecondStage, THRESHOLDS } from './second-stage.js';

const [ANN, BOB, EVE] = [person(0), person(1), person(2)];

const NO_CURVE = { targets: null, comparisons: 1, curveSource: null, curve: null };
const RULE = { ...THRESHOLDS, ...NO_CURVE };

/** Writes templates of an identity straight into the store, and has the indexes follow. */
async function give(stage: SecondStage, identityId: string, vectors: readonly Float32Array[]) {
  if (stage.store.identity('g', identityId) === undefined)
    stage.store.insertIdentity(identityRow({ identityId }));
  const rows = vectors.map((vector, i) =>
    templateRow({ templateId: `${identityId}-${i}`, identityId, source: 'ENROLMENT', vector }),
  );
  const put = stage.store.putTemplates(rows);
  await stage.indexes.apply('g', { put, removed: [] });
  return put;
}

async function nearest(stage: SecondStage, vector: Float32Array, count: number) {
  const enrolled = await stage.indexes.enrolled('g');
  return nearestIdentities(stage.store, enrolled, 'g', vector, count, RULE);
}

/** n pictures of one person, each a little less like them. */
function pictures(of: Float32Array, n: number, best: number): Float32Array[] {
  return Array.from({ length: n }, (_, i) => picture(of, best - i * 1e-5, EVE));
}

describe('nearestIdentities', () => {
  it('gives each identity once, by its best template, best first', async () => {
    const stage = new SecondStage();
    await give(stage, 'ann', [picture(ANN, 0.7, EVE), picture(ANN, 0.95, EVE)]);
    await give(stage, 'bob', [picture(ANN, 0.85, BOB)]);
    const found = await nearest(stage, ANN, 5);
    expect(found.map((match) => [match.identityId, match.templateId, match.decision])).toEqual([
      ['ann', 'ann-1', 'MATCHED'],
      ['bob', 'bob-0', 'MATCHED'],
    ]);
    expect(found[0]?.similarity).toBeCloseTo(0.95, 5);
  });

  it('is not filled by one identity with hundreds of templates', async () => {
    const stage = new SecondStage();
    await give(stage, 'ann', pictures(ANN, 700, 0.99));
    await give(stage, 'bob', [picture(ANN, 0.8, BOB)]);
    await give(stage, 'carl', [picture(ANN, 0.3, BOB)]);
    const found = await nearest(stage, ANN, 3);
    expect(found.map((match) => match.identityId)).toEqual(['ann', 'bob', 'carl']);
    expect(found.map((match) => match.decision)).toEqual(['MATCHED', 'MATCHED', 'UNKNOWN']);
  });

  it('breaks ties by the identity, whatever the order of enrolment', async () => {
    const stage = new SecondStage();
    for (const identityId of ['zoe', 'ann', 'max']) await give(stage, identityId, [ANN]);
    const found = await nearest(stage, ANN, 2);
    expect(found.map((match) => match.identityId)).toEqual(['ann', 'max']);
  });

  it('leaves out what the store no longer holds, though the index still does', async () => {
    const stage = new SecondStage();
    await give(stage, 'ann', [ANN]);
    await give(stage, 'bob', [picture(ANN, 0.9, BOB)]);
    await stage.indexes.load('g');
    stage.store.deleteIdentity('g', 'ann'); // and the indexes are not told yet
    expect((await stage.indexes.enrolled('g')).size()).toBe(2);
    expect((await nearest(stage, ANN, 5)).map((match) => match.identityId)).toEqual(['bob']);
  });

  it('leaves out templates whose identity has gone', async () => {
    const stage = new SecondStage();
    const [row] = (await give(stage, 'ann', [ANN])) as [TemplateRow];
    await stage.indexes.load('g');
    stage.store.setTemplateIdentity('g', row.templateId, null);
    expect(await nearest(stage, ANN, 5)).toEqual([]);
  });

  it('gives nobody where there is nobody', async () => {
    expect(await nearest(new SecondStage(), ANN, 5)).toEqual([]);
  });

  it('gives as many as were asked for and no more', async () => {
    const stage = new SecondStage();
    for (let i = 0; i < 40; i++) await give(stage, `p${String(i).padStart(2, '0')}`, [ANN]);
    expect(await nearest(stage, ANN, 33)).toHaveLength(33);
    expect(await nearest(stage, ANN, 100)).toHaveLength(40);
  });
});
