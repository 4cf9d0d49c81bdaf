import { describe, expect, it } from 'vitest';
import type { ClipRow } from '../../../../services/gallery/port.js';
import { ClipStatusEvent } from '../../../../services/gen/clipid/v1/events.js';
import { statusEvent } from '../../../../services/ingest/messages/status-event.js';
import { clipRow } from '../../../contract/store-rows.js';
import { header, PARENT, TRACE_ID } from './a-message.js';

const failed = { errorCode: 'CLIP_UNREACHABLE', errorText: 'no answer' };

function decoded(change: Partial<ClipRow>): ClipStatusEvent {
  return ClipStatusEvent.decode(statusEvent(clipRow(change)).payload ?? new Uint8Array(0));
}

describe('the status of a clip', () => {
  it.each<[Partial<ClipRow>, string]>([
    [{ state: 'QUEUED' }, 'CLIP_STATUS_ACCEPTED'],
    [{ state: 'QUEUED', ...failed }, 'CLIP_STATUS_RETRYING'],
    [{ state: 'DONE' }, 'CLIP_STATUS_DONE'],
    [{ state: 'FAILED', ...failed }, 'CLIP_STATUS_FAILED'],
    [{ state: 'FAILED', errorCode: 'CLIP_EXPIRED' }, 'CLIP_STATUS_EXPIRED'],
  ])('of %j is %s', (change, status) => {
    const { error, ...event } = decoded(change);
    expect(event).toMatchObject({
      status,
      traceId: '',
      nextAttemptTime: status.includes('RETRY') ? {} : undefined,
    });
    expect(error?.code).toBe(change.errorCode);
  });

  it('says all that is known of a clip that is tried again', () => {
    const change = { attempts: 2, notBeforeMs: 3500, updatedMs: 2000, traceparent: PARENT };
    const row = statusEvent(clipRow({ ...failed, ...change, tracestate: 'a=1' }));
    expect(ClipStatusEvent.decode(row.payload ?? new Uint8Array(0))).toEqual({
      eventId: row.eventId,
      eventTime: { seconds: 2, nanos: 0 },
      galleryId: 'g',
      clipId: 'c',
      submissionId: 's',
      uri: 'file:///c.mp4',
      status: 'CLIP_STATUS_RETRYING',
      error: { code: 'CLIP_UNREACHABLE', message: 'no answer' },
      attempts: 2,
      nextAttemptTime: { seconds: 3, nanos: 5e8 },
      traceId: TRACE_ID,
    });
    expect(row).toMatchObject({ topic: 'STATUS', key: Buffer.from('c'), createdMs: 2000 });
    expect(row.headers).toEqual([
      header('content-type', 'application/x-protobuf'),
      header('clipid-event-id', row.eventId),
      header('traceparent', PARENT),
      header('tracestate', 'a=1'),
    ]);
  });

  it('has the same id for the same event, and another one for any other', () => {
    const idOf = (change: Partial<ClipRow>) => statusEvent(clipRow(change)).eventId;
    expect(idOf({ updatedMs: 9, uri: 'other' })).toBe(idOf({}));
    const others: Partial<ClipRow>[] = [
      {},
      { galleryId: 'gc', clipId: '' },
      { clipId: 'other' },
      { submissionId: 'other' },
      { attempts: 1 },
      { state: 'DONE' },
      failed,
    ];
    const ids = others.map(idOf);
    expect(new Set(ids).size).toBe(others.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each(['EXTRACTING', 'EXTRACTED'] as const)('is not told while it is %s', (state) => {
    expect(() => statusEvent(clipRow({ state }))).toThrow('no event tells of that');
  });
});
