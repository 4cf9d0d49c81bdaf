import { describe, expect, it } from 'vitest';
import type { SubmitClip } from '../../../services/identify/port.js';
import { appearanceRow, galleryRow, templateRow } from '../../contract/store-rows.js';
import { makeAdmins } from './admin-deps.js';

const uri = 'https://host/a.mp4';
const request: SubmitClip = { galleryId: 'g', clipId: 'c', uri };
const never = new AbortController().signal;

function withGallery(maxQueued?: number) {
  const admins = makeAdmins(maxQueued);
  admins.store.insertGallery(galleryRow());
  return admins;
}

describe('ClipCatalog.submit', () => {
  it('queues a clip with its defaults, and says so', () => {
    const { clips, store, events } = withGallery();
    const changes: string[] = [];
    const stop = events.onChange((clip) => changes.push(`${clip.clipId} ${clip.state}`));
    const row = clips.submit(request);
    expect(row).toMatchObject({
      state: 'QUEUED',
      sampling: { framesPerSecond: 8 },
      metadata: {},
      enrolAs: null,
      attempts: 0,
      submittedMs: 1000,
    });
    expect(store.clip('g', 'c')).toEqual(row);
    expect(changes).toEqual(['c QUEUED']);
    stop();
    clips.submit({ ...request, clipId: 'd' });
    expect(changes).toHaveLength(1);
  });

  it('derives the id from the uri', () => {
    const { clips } = withGallery();
    const { clipId } = clips.submit({ galleryId: 'g', uri });
    expect(clipId).toBe('clip-9fd3409f97cb1806ab7c73ea');
    expect(clips.submit({ galleryId: 'g', uri }).clipId).toBe(clipId);
    expect(clips.list('g', { limit: 5 })).toHaveLength(1);
  });

  it.each(['QUEUED', 'EXTRACTING', 'EXTRACTED', 'DONE'] as const)(
    'answers a known clip as it is while it is %s',
    (state) => {
      const { clips, store } = withGallery();
      const known = { ...clips.submit(request), state, attempts: 2 };
      store.updateClip(known);
      expect(clips.submit({ ...request, metadata: { other: 1 } })).toEqual(known);
    },
  );

  it('queues a clip afresh that had failed', () => {
    const { clips, store } = withGallery();
    const failed = {
      state: 'FAILED',
      errorCode: 'CLIP_EMPTY',
      errorText: 'x',
      attempts: 5,
    } as const;
    store.updateClip({ ...clips.submit(request), ...failed, notBeforeMs: 9e15 });
    const again = clips.submit({ ...request, metadata: { again: true } });
    expect(again).toMatchObject({
      state: 'QUEUED',
      attempts: 0,
      notBeforeMs: 0,
      errorCode: null,
      errorText: null,
      metadata: { again: true },
    });
    expect(store.claimClip(1e6, 'PRIORITY')?.clipId).toBe('c');
  });

  it('refuses another uri under a known id', () => {
    const { clips } = withGallery();
    clips.submit(request);
    expect(() => clips.submit({ ...request, uri: 'https://host/b.mp4' })).toThrow(
      expect.objectContaining({ code: 'CONFLICT', field: 'uri' }),
    );
  });

  it('is OVERLOADED when too many wait, but not for a known clip', () => {
    const { clips } = withGallery(2);
    clips.submit({ ...request, clipId: 'a' });
    clips.submit({ ...request, clipId: 'b' });
    expect(() => clips.submit(request)).toThrow(
      expect.objectContaining({ code: 'OVERLOADED', canRetry: true }),
    );
    expect(clips.submit({ ...request, clipId: 'a' }).clipId).toBe('a');
  });

  it.each<[string, Partial<SubmitClip>, string, string]>([
    ['an empty uri', { uri: '' }, 'FIELD_INVALID', 'uri'],
    ['a uri with a line break', { uri: 'a\nb' }, 'FIELD_INVALID', 'uri'],
    ['a long uri', { uri: 'x'.repeat(2049) }, 'LIMIT_EXCEEDED', 'uri'],
    ['a bad clip id', { clipId: '../x' }, 'FIELD_INVALID', 'clip_id'],
    ['a bad identity id', { enrolAs: '' }, 'FIELD_INVALID', 'enrol_as'],
    [
      'no frames',
      { sampling: { framesPerSecond: 0 } },
      'FIELD_INVALID',
      'sampling.frames_per_second',
    ],
    [
      '61 frames',
      { sampling: { framesPerSecond: 61 } },
      'FIELD_INVALID',
      'sampling.frames_per_second',
    ],
    [
      'NaN frames',
      { sampling: { framesPerSecond: NaN } },
      'FIELD_INVALID',
      'sampling.frames_per_second',
    ],
    ['a negative start', { sampling: { startMs: -1 } }, 'FIELD_INVALID', 'sampling.start'],
    [
      'an end before the start',
      { sampling: { startMs: 5, endMs: 5 } },
      'FIELD_INVALID',
      'sampling.end',
    ],
    ['an unknown gallery', { galleryId: 'none' }, 'GALLERY_NOT_FOUND', 'gallery_id'],
  ])('refuses %s', (_name, change, code, field) => {
    const { clips } = withGallery();
    expect(() => clips.submit({ ...request, ...change })).toThrow(
      expect.objectContaining({ code, field }),
    );
  });

  it('takes the bounds themselves', () => {
    const { clips } = withGallery();
    const sampling = { framesPerSecond: 0.1, startMs: 0, endMs: 0.5 };
    expect(clips.submit({ ...request, sampling }).sampling).toEqual(sampling);
    expect(clips.submit({ ...request, clipId: 'd', uri: 'x'.repeat(2048) }).clipId).toBe('d');
  });
});

describe('ClipCatalog.wait', () => {
  it('resolves at once with a clip at its end', async () => {
    const { clips, store } = withGallery();
    const done = { ...clips.submit(request), state: 'DONE' } as const;
    store.updateClip(done);
    expect(await clips.wait('g', 'c', never)).toEqual(done);
  });

  it('resolves when the clip is DONE or FAILED, and not before', async () => {
    const { clips, events } = withGallery();
    const row = clips.submit(request);
    const waits = [clips.wait('g', 'c', never), clips.wait('g', 'c', never)];
    events.changed({ ...row, state: 'EXTRACTING' });
    events.changed({ ...row, clipId: 'other', state: 'DONE' });
    events.changed({ ...row, state: 'FAILED' });
    expect((await Promise.all(waits)).map((clip) => clip.state)).toEqual(['FAILED', 'FAILED']);
  });

  it('rejects when it is cancelled, before and during', async () => {
    const { clips } = withGallery();
    clips.submit(request);
    const cancelled = { code: 'CANCELLED' };
    await expect(clips.wait('g', 'c', AbortSignal.abort())).rejects.toMatchObject(cancelled);
    const controller = new AbortController();
    const waiting = clips.wait('g', 'c', controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject(cancelled);
  });

  it('rejects when the clip is not there, is deleted, or the process ends', async () => {
    const { clips, events } = withGallery();
    const missing = { code: 'CLIP_NOT_FOUND' };
    await expect(clips.wait('g', 'c', never)).rejects.toMatchObject(missing);
    clips.submit(request);
    const first = expect(clips.wait('g', 'c', never)).rejects.toMatchObject(missing);
    await clips.delete('g', 'c');
    await first;
    clips.submit(request);
    const ending = { code: 'UNAVAILABLE' };
    const second = expect(clips.wait('g', 'c', never)).rejects.toMatchObject(ending);
    events.close();
    await second;
    await expect(clips.wait('g', 'c', never)).rejects.toMatchObject(ending);
  });

  it('bounds how many wait, and makes room again', async () => {
    const { clips } = withGallery();
    clips.submit(request);
    const controllers = Array.from({ length: 10_000 }, () => new AbortController());
    const outcomes = controllers.map(({ signal }) =>
      clips.wait('g', 'c', signal).catch(() => 'ended'),
    );
    await expect(clips.wait('g', 'c', never)).rejects.toMatchObject({ code: 'OVERLOADED' });
    for (const controller of controllers) controller.abort();
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['ended']));
    const aborted = new AbortController();
    const waiting = clips.wait('g', 'c', aborted.signal);
    aborted.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('ClipCatalog, what became of a clip', () => {
  it('shows its appearances, and deletes it with them', async () => {
    const { clips, store, indexes } = withGallery();
    clips.submit(request);
    store.putTemplates([templateRow()]);
    store.putAppearances([appearanceRow()]);
    expect(clips.appearances('g', 'c')).toEqual([appearanceRow()]);
    await clips.delete('g', 'c');
    const [galleryId, change] = indexes.applied[0] ?? [];
    expect(galleryId).toBe('g');
    expect(change?.put).toEqual([]);
    expect(change?.removed.map((row) => row.templateId)).toEqual(['t0']);
    const missing = expect.objectContaining({ code: 'CLIP_NOT_FOUND' }) as Error;
    expect(() => clips.get('g', 'c')).toThrow(missing);
    expect(() => clips.appearances('g', 'c')).toThrow(missing);
    await expect(clips.delete('g', 'c')).rejects.toMatchObject({ code: 'CLIP_NOT_FOUND' });
    expect(() => clips.list('none', { limit: 5 })).toThrow('no gallery none');
  });
});
