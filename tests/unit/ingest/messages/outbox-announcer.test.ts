import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ClipRow } from '../../../../services/gallery/port.js';
import { openStore, type OpenStore } from '../../../../services/gallery/store/open-store.js';
import { OutboxAnnouncer } from '../../../../services/ingest/messages/outbox-announcer.js';
import { appearanceRow, clipRow, galleryRow } from '../../../contract/store-rows.js';
import { freshFolder } from '../../gallery/store/folder.js';
import { sourceMessage } from './a-message.js';

const message = sourceMessage();
let store: OpenStore;

beforeEach(() => {
  store = openStore(freshFolder());
  onTestFinished(() => store.close());
  store.insertGallery(galleryRow());
  store.insertClip(clipRow());
});

function topicsAfter(change: Partial<ClipRow>): string[] {
  const clip = clipRow({ submittedMs: 1000, updatedMs: 2000, ...change });
  new OutboxAnnouncer(store, { host: 'here', version: '1.2.3' }).changed(clip);
  return store.outbox(100).map((row) => row.topic);
}

describe('an announcer', () => {
  it('tells the status of a clip that waits', () => {
    expect(topicsAfter({ state: 'QUEUED' })).toEqual(['STATUS']);
  });

  it('tells what was found in a clip that is done', () => {
    store.putAppearances([appearanceRow(), appearanceRow({ trackIndex: 1, templateId: 't1' })]);
    const found = ['IDENTIFICATIONS', 'IDENTIFICATIONS', 'IDENTIFICATIONS'];
    expect(topicsAfter({ state: 'DONE' })).toEqual([...found, 'STATUS']);
  });

  it('tells the same event once, however often it is told', () => {
    topicsAfter({ state: 'DONE' });
    expect(topicsAfter({ state: 'DONE' })).toEqual(['IDENTIFICATIONS', 'STATUS']);
  });

  it('leaves a dead letter of the message that a failed clip came with', () => {
    store.putMessage('g', 'c', message);
    const failure = { errorCode: 'CLIP_UNREADABLE', errorText: 'not a video', attempts: 2 };
    expect(topicsAfter({ state: 'FAILED', ...failure })).toEqual(['DEAD_LETTERS', 'STATUS']);
    const [letter] = store.outbox(1);
    expect(Buffer.from(letter?.payload ?? [])).toEqual(Buffer.from(message.value ?? []));
    const headers = new Map(letter?.headers.map(([name, value]) => [name, String(value)]));
    expect(Object.fromEntries(headers)).toMatchObject({
      'clipid-dlq-reason': 'CLIP_UNREADABLE',
      'clipid-dlq-text': 'not a video',
      'clipid-dlq-attempts': '2',
      'clipid-dlq-first-time': '1970-01-01T00:00:01.000Z',
      'clipid-dlq-last-time': '1970-01-01T00:00:02.000Z',
      'clipid-dlq-host': 'here',
    });
  });

  it('leaves none of a clip that came with a call, or that nobody waits for any more', () => {
    expect(topicsAfter({ state: 'FAILED', errorCode: 'CLIP_UNREADABLE' })).toEqual(['STATUS']);
    store.putMessage('g', 'c', message);
    const expired = { errorCode: 'CLIP_EXPIRED', submissionId: 'another' };
    expect(topicsAfter({ state: 'FAILED', ...expired })).toEqual(['STATUS', 'STATUS']);
  });
});
