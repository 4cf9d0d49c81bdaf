import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ClipidError } from '../../../../../services/core/errors.js';
import type { SourceMessage } from '../../../../../services/core/source-message.js';
import type { ArrivalService } from '../../../../../services/identify/port.js';
import {
  encodeExtracted,
  type ExtractedResult,
} from '../../../../../services/ingest/messages/extracted.js';
import { submissionIdOf } from '../../../../../services/ingest/messages/submission-id.js';
import { DIMENSION } from '../../../../contract/store-rows.js';
import { freshFolder } from '../../../gallery/store/folder.js';
import { sourceMessage } from '../../messages/a-message.js';
import { longTrack, result, withTracks } from '../../messages/extracted-results.js';
import { GalleryProcess, TRACKS } from './gallery-process.js';

const FACES = 28_000;
const WAIT = { timeout: 20_000, interval: 10 };

/** Four tracks of so many faces in all that they do not fit into one record. */
const large = withTracks({
  tracks: [0, 1, 2, 3].map((index) => longTrack(index, FACES / 4, DIMENSION)),
});
const small = (clipId: string, offset: number): ExtractedResult => {
  const { submit, outcome } = result();
  if (outcome.kind === 'error') throw new Error('it has tracks');
  return result({
    submit: { ...submit, clipId, enrolAs: undefined as never },
    source: sourceMessage({ offset }),
    outcome: { kind: 'tracks', tracks: { ...outcome.tracks, clipId } },
  });
};

/** Records of the topic of tracks, one behind the other from this offset on. */
function records(from: number, ...results: readonly ExtractedResult[]): SourceMessage[] {
  const values = results.flatMap((one) => encodeExtracted(one));
  return values.map((value, i) => sourceMessage({ ...TRACKS, offset: from + i, value }));
}

async function started(
  folder: string,
  change?: (arrivals: ArrivalService) => ArrivalService,
): Promise<GalleryProcess> {
  const made = await new GalleryProcess(folder, change).start();
  onTestFinished(() => made.stop().catch(() => undefined));
  return made;
}

const readTo = (process: GalleryProcess, offset: number) =>
  vi.waitFor(() => expect(process.readTo).toBe(offset), WAIT);

describe('invariant 1: a clip in several records', () => {
  const all = records(10, large);

  it('is of several records at all', () => {
    expect(all.length).toBeGreaterThanOrEqual(3);
  });

  it.each(all.slice(1).map((_, i) => i + 1))(
    'is whole when the process ends after %i of them, and the rest comes to the next one',
    async (before) => {
      const folder = freshFolder();
      const first = await started(folder);
      first.reader.give(...all.slice(0, before));
      await readTo(first, 10 + before);
      expect(first.store.clip('g', 'c')).toBeUndefined();
      await first.stop();
      const second = await started(folder);
      expect(second.reader.sought).toEqual([`tracks 0 ${10 + before}`]);
      second.reader.give(...all.slice(before));
      await readTo(second, 10 + all.length);
      expect(second.store.clip('g', 'c')?.state).toBe('DONE');
      const faces = second.store.appearancesOfClip('g', 'c').map((one) => one.faces.length);
      expect(faces).toEqual([FACES / 4, FACES / 4, FACES / 4, FACES / 4]);
      expect(second.store.parts(submissionIdOf(large.source))).toEqual([]);
    },
  );

  it('is whole where all of it is given again, and its events are told once', async () => {
    const folder = freshFolder();
    const first = await started(folder);
    first.reader.give(...all);
    await readTo(first, 10 + all.length);
    const events = first.store.outbox(1000).map((row) => row.eventId);
    await first.stop();
    const second = await started(folder);
    second.reader.give(...all, ...records(10 + all.length, small('d', 77)));
    await readTo(second, 11 + all.length);
    expect(
      second.store
        .outbox(1000)
        .slice(0, events.length)
        .map((row) => row.eventId),
    ).toEqual(events);
    expect(second.changed).toEqual(['d DONE']);
  });

  it('leaves nothing behind where one of its records is lost', async () => {
    const process = await started(freshFolder());
    process.reader.give(...all.slice(0, 1), ...all.slice(2), ...records(50, small('d', 77)));
    await readTo(process, 51);
    expect(process.unreadable).toEqual([9 + all.length]);
    expect(process.store.parts(submissionIdOf(large.source))).toEqual([]);
    expect(process.changed).toEqual(['d DONE']);
  });

  it('leaves nothing behind where its clip is refused', async () => {
    const process = await started(freshFolder());
    process.store.deleteGallery('g');
    process.reader.give(...all);
    await readTo(process, 10 + all.length);
    expect(process.store.parts(submissionIdOf(large.source))).toEqual([]);
    const letters = process.store.outbox(10).filter((row) => row.topic === 'DEAD_LETTERS');
    expect(letters.map((row) => row.payload)).toEqual([large.source.value]);
  });
});

describe('TracksIntake, what stands in the way', () => {
  const failing =
    (code: 'OVERLOADED' | 'STORE_FAILED', times: number) =>
    (arrivals: ArrivalService): ArrivalService => ({
      settle: (arrival, alongside) =>
        times-- > 0
          ? Promise.reject(new ClipidError(code, code))
          : arrivals.settle(arrival, alongside),
    });

  it('tries again what passes, with the others waiting behind it', async () => {
    const process = await started(freshFolder(), failing('OVERLOADED', 1));
    process.reader.give(...records(0, small('a', 1), small('b', 2)));
    await readTo(process, 2);
    expect(process.changed).toEqual(['a DONE', 'b DONE']);
  });

  it('stops where the store fails, and reads the same record at the next start', async () => {
    const folder = freshFolder();
    const first = await started(folder, failing('STORE_FAILED', 1));
    first.reader.give(...records(0, small('a', 1), small('b', 2)));
    await vi.waitFor(() => expect(first.failures[0]?.code).toBe('STORE_FAILED'), WAIT);
    expect(first.readTo).toBeUndefined();
    await first.stop();
    const second = await started(folder);
    second.reader.give(...records(0, small('a', 1), small('b', 2)));
    await readTo(second, 2);
    expect(second.changed).toEqual(['a DONE', 'b DONE']);
  });

  it('passes over what is no record of ours, and says where it is', async () => {
    const process = await started(freshFolder());
    const odd = [null, Buffer.of(), Buffer.from('no tracks'), Buffer.alloc(600 * 1024, 1)];
    const strange = odd.map((value, offset) => sourceMessage({ ...TRACKS, offset, value }));
    process.reader.give(...strange, ...records(4, small('a', 1)));
    await readTo(process, 5);
    expect(process.unreadable).toEqual([0, 1, 2, 3]);
    expect(process.changed).toEqual(['a DONE']);
  });

  it('commits for those who watch the lag, and ends when the broker takes no offsets', async () => {
    const process = await started(freshFolder());
    process.reader.give(...records(0, small('a', 1)));
    await vi.waitFor(() => expect(process.reader.committedOf(TRACKS)).toBe(1), WAIT);
    process.reader.refusal = new ClipidError('UNAVAILABLE', 'The group rebalances.');
    process.reader.give(...records(1, small('b', 2)));
    await vi.waitFor(() => expect(process.changed).toHaveLength(2), WAIT);
    process.reader.refusal = undefined;
    await vi.waitFor(() => expect(process.reader.committedOf(TRACKS)).toBe(2), WAIT);
    process.reader.refusal = new ClipidError('BROKER_FAILED', 'Give this user the right Read.');
    process.reader.give(...records(2, small('c2', 3)));
    await vi.waitFor(() => expect(process.failures[0]?.code).toBe('BROKER_FAILED'), WAIT);
  });
});
