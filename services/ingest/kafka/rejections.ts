import type { ClipidError } from '../../core/errors.js';
import type { SourceMessage } from '../../core/source-message.js';
import type { ClipRow, GalleryStore, OutboxRow } from '../../gallery/port.js';
import type { SubmitClip } from '../../identify/port.js';
import { deadLetterRow, type FailurePlace } from '../messages/dead-letter.js';
import { statusEvent } from '../messages/status-event.js';
import { submissionIdOf } from '../messages/submission-id.js';

export interface Rejected {
  readonly message: SourceMessage;
  /** What it asked for; null where it could not be read. */
  readonly request: SubmitClip | null;
  readonly error: ClipidError;
  /** Times the work was started. */
  readonly attempts: number;
  readonly firstMs: number;
  readonly nowMs: number;
}

/** What leaves because of a message that comes to no result: a dead letter and, if it is known of which clip, its state. */
export function rejectionEvents(rejected: Rejected, at: FailurePlace): OutboxRow[] {
  const { message, error, attempts, firstMs, nowMs } = rejected;
  const why = { code: error.code, text: error.message, attempts, firstMs, lastMs: nowMs };
  const letter = deadLetterRow(message, why, at);
  const row = rejectedRow(rejected);
  return row === undefined ? [letter] : [statusEvent(row), letter];
}

/** The same into the outbox. To be called in the transaction that says that the message is done with. */
export function reject(
  store: Pick<GalleryStore, 'appendOutbox'>,
  rejected: Rejected,
  at: FailurePlace,
): void {
  store.appendOutbox(rejectionEvents(rejected, at));
}

function rejectedRow({ message, request, error, attempts, nowMs }: Rejected): ClipRow | undefined {
  if (request?.clipId === undefined) return undefined;
  const { code: errorCode, message: errorText } = error;
  const row = unstoredClip(message, { ...request, clipId: request.clipId }, nowMs);
  return { ...row, state: 'FAILED', attempts, errorCode, errorText };
}

/** A clip as a row that was never stored: for its status event. */
export function unstoredClip(
  message: SourceMessage,
  { galleryId, clipId, uri, origin }: SubmitClip & { readonly clipId: string },
  nowMs: number,
): ClipRow {
  return {
    ...{ galleryId, clipId, uri, state: 'QUEUED', enrolAs: null, metadata: {}, attempts: 0 },
    ...{ sampling: { framesPerSecond: 1 }, notBeforeMs: 0, warnings: [], bundleId: null },
    ...{ durationMs: null, widthPx: null, heightPx: null, frameCount: null },
    ...{ errorCode: null, errorText: null, submissionId: submissionIdOf(message) },
    ...{ priority: 'NORMAL', notAfterMs: null, begunMs: null, extractedMs: null },
    ...{ requestedMs: message.timestampMs, submittedMs: nowMs, updatedMs: nowMs },
    traceparent: origin?.trace?.traceparent ?? null,
    tracestate: origin?.trace?.tracestate ?? null,
  };
}
