import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { IndexHit } from '../../../services/gallery/port.js';
import { GalleryTurns } from '../../../services/identify/gallery-turns.js';
import { person, SecondStage, tracksOf } from './second-stage.js';

describe('GalleryTurns', () => {
  it('runs the changes of one gallery one after the other, others beside them', async () => {
    const turns = new GalleryTurns();
    const log: string[] = [];
    const step = (gallery: string, name: string, waitMs: number): Promise<void> =>
      turns.run(gallery, async () => {
        log.push(`${name} begins`);
        await delay(waitMs);
        log.push(`${name} ends`);
      });
    await Promise.all([step('g', 'first', 20), step('g', 'second', 0), step('h', 'other', 0)]);
    expect(log.indexOf('second begins')).toBeGreaterThan(log.indexOf('first ends'));
    expect(log.indexOf('other ends')).toBeLessThan(log.indexOf('first ends'));
  });

  it('goes on after a change that failed', async () => {
    const turns = new GalleryTurns();
    const failed = turns.run('g', () => Promise.reject(new Error('disk full')));
    const next = turns.run('g', () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('disk full');
    await expect(next).resolves.toBe('done');
  });

  it('gives a person who is enrolled while a clip is decided their name in it', async () => {
    const stage = new SecondStage();
    const clip = tracksOf('c', person(0));
    stage.keep(clip);
    holdFirstSearch(stage, 50);
    await Promise.all([stage.identifier.identify(clip), stage.enrol('ann', person(0))]);
    const [seen] = stage.store.appearancesOfClip('g', 'c');
    expect(seen).toMatchObject({ decision: 'MATCHED', identityId: 'ann' });
  });
});

/** The first answer of the index of enrolled templates is held back, as a busy index would. */
function holdFirstSearch({ indexes }: SecondStage, waitMs: number): void {
  const enrolled = indexes.enrolled.bind(indexes);
  vi.spyOn(indexes, 'enrolled').mockImplementationOnce(async (galleryId) => {
    const index = await enrolled(galleryId);
    const search = async (vector: Float32Array, k: number): Promise<IndexHit[]> => {
      const hits = await index.search(vector, k);
      await delay(waitMs);
      return hits;
    };
    return { ...index, size: () => index.size(), search };
  });
}
