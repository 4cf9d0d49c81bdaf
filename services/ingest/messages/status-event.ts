import { ClipidError } from '../../core/errors.js';
import type { ClipRow, OutboxRow } from '../../gallery/port.js';
import { ClipStatus, ClipStatusEvent } from '../../gen/clipid/v1/events.js';
import { toTimestamp } from '../../wire/time.js';
import { eventIdOf } from './event-id.js';
import { eventRow } from './event-row.js';
import { traceIdOf } from './trace.js';

type Status = Exclude<keyof typeof ClipStatus, 'UNRECOGNIZED' | 'CLIP_STATUS_UNSPECIFIED'>;

/** What became of a clip, for topic STATUS. Throws INTERNAL for a clip in work: that does not last. */
export function statusEvent(clip: ClipRow): OutboxRow {
  const status = statusOf(clip);
  const eventId = eventIdOf('status', clip, status, String(clip.attempts));
  const event: ClipStatusEvent = {
    eventId,
    eventTime: toTimestamp(clip.updatedMs),
    galleryId: clip.galleryId,
    clipId: clip.clipId,
    submissionId: clip.submissionId,
    uri: clip.uri,
    status,
    error: errorOf(clip, status),
    attempts: clip.attempts,
    nextAttemptTime: status === 'CLIP_STATUS_RETRYING' ? toTimestamp(clip.notBeforeMs) : undefined,
    traceId: traceIdOf(clip.traceparent),
  };
  return eventRow('STATUS', clip, eventId, ClipStatusEvent.encode(event).finish());
}

function statusOf({ state, errorCode, clipId }: ClipRow): Status {
  switch (state) {
    case 'QUEUED':
      return errorCode === null ? 'CLIP_STATUS_ACCEPTED' : 'CLIP_STATUS_RETRYING';
    case 'DONE':
      return 'CLIP_STATUS_DONE';
    case 'FAILED':
      return errorCode === 'CLIP_EXPIRED' ? 'CLIP_STATUS_EXPIRED' : 'CLIP_STATUS_FAILED';
    case 'EXTRACTING':
    case 'EXTRACTED':
      throw new ClipidError('INTERNAL', `Clip ${clipId} is ${state}: no event tells of that.`);
  }
}

function errorOf(clip: ClipRow, status: Status): ClipStatusEvent['error'] {
  if (status === 'CLIP_STATUS_ACCEPTED' || status === 'CLIP_STATUS_DONE') return undefined;
  return { code: clip.errorCode ?? 'INTERNAL', message: clip.errorText ?? '' };
}
