import { describe, expect, it } from 'vitest';
import type { ClipRow } from '../../../services/gallery/port.js';
import { Arrivals } from '../../../services/identify/arrivals.js';
import type { Arrival } from '../../../services/identify/port.js';
import { clipRow } from '../../contract/store-rows.js';
import { sourceMessage } from '../ingest/messages/a-message.js';
import { contentsOf, person, SecondStage, tracksOf } from './second-stage.js';

const ORIGIN = { submissionId: 'clips/0/5', requestedMs: 5, trace: null, message: sourceMessage() };
const CLIP = { galleryId: 'g', clipId: 'c', uri: 'file:///c.mp4' };

function arrivalOf(change: Partial<Arrival> = {}): Arrival {
  return {
    submit: { ...CLIP, sampling: { framesPerSecond: 8 }, origin: ORIGIN },
    ...{ begunMs: 10, endedMs: 20, attempts: 1 },
    outcome: { kind: 'tracks', tracks: tracksOf('c', person(0)) },
    ...change,
  };
}

const failed = arrivalOf({ outcome: { kind: 'error', code: 'CLIP_EMPTY', text: 'Empty.' } });

/** What is there already, and what comes: told how often the transaction was entered. */
class Bench {
  readonly stage = new SecondStage();
  readonly arrivals: Arrivals;
  alongside = 0;

  constructor(known?: Partial<ClipRow>) {
    const { store, identifier, announcer } = this.stage;
    this.arrivals = new Arrivals({ store, identifier, announcer, now: () => 1000 });
    if (known !== undefined) store.insertClip(clipRow({ ...CLIP, ...known }));
  }

  settle(arrival: Arrival): Promise<ClipRow | undefined> {
    return this.arrivals.settle(arrival, () => (this.alongside += 1));
  }
}

describe('invariant 1: a clip that arrives with its tracks', () => {
  it('is done, with its tracks, in the transaction of what is written alongside', async () => {
    const bench = new Bench();
    const clip = await bench.settle(arrivalOf());
    expect(clip).toMatchObject({ state: 'DONE', begunMs: 10, extractedMs: 20, attempts: 1 });
    expect(bench.stage.store.appearancesOfClip('g', 'c')).toHaveLength(1);
    expect([bench.alongside, bench.stage.announced]).toEqual([1, ['c DONE']]);
  });

  it('leaves nothing where what is written alongside fails', async () => {
    const bench = new Bench();
    const before = contentsOf(bench.stage);
    const broken = bench.arrivals.settle(arrivalOf(), () => {
      throw new Error('disk full');
    });
    await expect(broken).rejects.toThrow('disk full');
    expect(contentsOf(bench.stage)).toEqual(before);
    expect(bench.stage.announced).toEqual([]);
  });

  it('changes nothing where it arrives again', async () => {
    const bench = new Bench();
    await bench.settle(arrivalOf());
    const before = contentsOf(bench.stage);
    const other = { kind: 'tracks', tracks: tracksOf('c', person(1), person(2)) } as const;
    expect(await bench.settle(arrivalOf({ outcome: other }))).toMatchObject({ state: 'DONE' });
    await bench.settle(failed);
    expect(contentsOf(bench.stage)).toEqual(before);
    expect([bench.alongside, bench.stage.announced]).toEqual([3, ['c DONE']]);
  });

  it('is refused under the id of another clip, and in a gallery that is not there', async () => {
    const bench = new Bench({ uri: 'file:///another.mp4', state: 'QUEUED' });
    await expect(bench.settle(arrivalOf())).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(bench.settle(failed)).rejects.toMatchObject({ code: 'CONFLICT' });
    bench.stage.store.deleteGallery('g');
    await expect(bench.settle(arrivalOf())).rejects.toMatchObject({ code: 'GALLERY_NOT_FOUND' });
    await expect(bench.settle(failed)).rejects.toMatchObject({ code: 'GALLERY_NOT_FOUND' });
  });

  it('is refused with the tracks of another bundle, and leaves no clip behind', async () => {
    const bench = new Bench();
    const tracks = { ...tracksOf('c', person(0)), bundleId: 'b2' };
    const settled = bench.settle(arrivalOf({ outcome: { kind: 'tracks', tracks } }));
    await expect(settled).rejects.toMatchObject({ code: 'BUNDLE_MISMATCH' });
    expect(bench.stage.store.clip('g', 'c')).toBeUndefined();
  });

  it.each(['QUEUED', 'EXTRACTING', 'EXTRACTED'] as const)(
    'ends the local work on the same clip (%s), whose own result then changes nothing',
    async (state) => {
      const bench = new Bench({ state, submittedMs: 3, attempts: 1 });
      const { store, identifier } = bench.stage;
      if (state === 'EXTRACTED') store.putExtraction(tracksOf('c', person(3)));
      expect(await bench.settle(arrivalOf())).toMatchObject({ state: 'DONE', submittedMs: 3 });
      expect(store.nextExtraction()).toBeUndefined();
      await identifier.identify(tracksOf('c', person(3)));
      expect(store.appearancesOfClip('g', 'c')).toHaveLength(1);
      expect(bench.stage.announced).toEqual(['c DONE']);
    },
  );

  it('begins anew where an earlier submission failed', async () => {
    const known = { state: 'FAILED', submissionId: 'clips/0/1', errorCode: 'CLIP_EMPTY' } as const;
    const bench = new Bench(known);
    expect(await bench.settle(arrivalOf())).toMatchObject({ state: 'DONE', errorCode: null });
  });
});

describe('invariant 1: a clip that arrives with its error', () => {
  it('is failed, once', async () => {
    const bench = new Bench();
    expect(await bench.settle(failed)).toMatchObject({ state: 'FAILED', errorCode: 'CLIP_EMPTY' });
    await bench.settle(failed);
    expect([bench.alongside, bench.stage.announced]).toEqual([2, ['c FAILED']]);
  });

  it('stays failed where the same submission comes with tracks after all', async () => {
    const bench = new Bench({ state: 'FAILED', submissionId: ORIGIN.submissionId });
    await bench.settle(arrivalOf());
    expect(bench.stage.store.clip('g', 'c')?.state).toBe('FAILED');
    expect(bench.stage.store.appearancesOfClip('g', 'c')).toEqual([]);
  });

  it('fails again with another submission', async () => {
    const bench = new Bench({ state: 'FAILED', submissionId: 'clips/0/1', errorCode: 'INTERNAL' });
    expect(await bench.settle(failed)).toMatchObject({ errorCode: 'CLIP_EMPTY' });
    expect(bench.stage.announced).toEqual(['c FAILED']);
  });
});
