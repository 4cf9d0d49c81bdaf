import type { ClipidError } from '../../../core/errors.js';
import { clipIdOfUri } from '../../../core/content-id.js';
import type { SourceMessage } from '../../../core/source-message.js';
import type { ClipJob, ClipTracks, Sampling } from '../../../core/types.js';
import type { ClipRow, OutboxRow, OutboxTopic } from '../../../gallery/port.js';
import type { SubmitClip } from '../../../identify/port.js';
import { deadLetterRow, type FailurePlace } from '../../messages/dead-letter.js';
import { encodeExtracted, type ExtractedResult } from '../../messages/extracted.js';
import { toRetryRecord, type Delivery } from '../../messages/retry-record.js';
import { statusEvent } from '../../messages/status-event.js';
import { traceHeaders } from '../../messages/trace.js';
import { backoffMs, leavesDeadLetter } from '../../trouble.js';
import type { TopicNames } from '../connection.js';
import { unstoredClip } from '../rejections.js';
import type { OutRecord } from './transactions.js';

/** A submission with all that the work needs filled in. */
export type WholeSubmission = SubmitClip & { readonly clipId: string; readonly sampling: Sampling };

/** The same in every process of a group: the whole clip at the server's rate unless told otherwise. */
export function wholeSubmission(request: SubmitClip, framesPerSecond: number): WholeSubmission {
  const clipId = request.clipId ?? clipIdOfUri(request.uri);
  return { ...request, clipId, sampling: { framesPerSecond, ...request.sampling } };
}

export function jobOf({ galleryId, clipId, uri, sampling }: WholeSubmission): ClipJob {
  return { galleryId, clipId, uri, sampling };
}

/** The work on one message that came to an end. */
export interface Ended {
  readonly delivery: Delivery;
  readonly submission: WholeSubmission;
  readonly begunMs: number;
  readonly endedMs: number;
  readonly attempts: number;
}

/** Makes the records that leave because of a message. */
export class Outcomes {
  constructor(
    private readonly topics: TopicNames,
    private readonly at: FailurePlace,
  ) {}

  /** That a process has taken the clip up. */
  accepted({ delivery, submission, begunMs: nowMs }: Ended): OutRecord[] {
    return this.status(delivery, submission, { attempts: 0, nowMs, state: 'QUEUED' });
  }

  /** Throws LIMIT_EXCEEDED where the tracks are too many to be sent. */
  found(ended: Ended, tracks: ClipTracks): OutRecord[] {
    return this.extracted(ended, { kind: 'tracks', tracks });
  }

  /** A dead letter, if somebody should look at it, and the news for the gallery. */
  failed(ended: Ended, error: ClipidError): OutRecord[] {
    const { delivery, attempts, endedMs } = ended;
    const outcome = { kind: 'error', code: error.code, text: error.message } as const;
    const news = this.extracted(ended, outcome);
    if (!leavesDeadLetter(error.code)) return news;
    return [...news, this.deadLetter(delivery, error, attempts, endedMs)];
  }

  /** For a message that cannot be read: nobody knows which clip it is of. */
  unreadable(delivery: Delivery, error: ClipidError, nowMs: number): OutRecord[] {
    return [this.deadLetter(delivery, error, delivery.attempts, nowMs)];
  }

  /** Tried again later by whoever reads the topic of the next longer wait. */
  again(ended: Ended, error: ClipidError): OutRecord[] {
    const { delivery, submission, attempts, endedMs: nowMs } = ended;
    const tier = Math.min(delivery.attempts, this.topics.retries.length - 1);
    const waitMs = this.topics.retryWaitsMs[tier] ?? backoffMs(attempts, 1);
    const notBeforeMs = nowMs + Math.round(waitMs * (0.75 + Math.random() / 4));
    const record = toRetryRecord(delivery, { attempts, notBeforeMs, nowMs });
    const retry = { topic: this.topics.retries[tier] ?? this.topics.clips, ...record };
    const facts = { attempts, nowMs, notBeforeMs, errorCode: error.code, errorText: error.message };
    return [retry, ...this.status(delivery, submission, { ...facts, state: 'QUEUED' })];
  }

  private status(
    { message }: Delivery,
    submission: WholeSubmission,
    { nowMs, ...facts }: Pick<ClipRow, 'state' | 'attempts'> & Partial<ClipRow> & { nowMs: number },
  ): OutRecord[] {
    const row = { ...unstoredClip(message, submission, nowMs), ...facts };
    return [this.ofRow(statusEvent(row))];
  }

  private extracted(ended: Ended, outcome: ExtractedResult['outcome']): OutRecord[] {
    const { delivery, submission: submit, begunMs, endedMs, attempts } = ended;
    const { message: source } = delivery;
    const parts = encodeExtracted({ submit, source, begunMs, endedMs, attempts, outcome });
    const key = Buffer.from(submit.clipId);
    const trace = submit.origin?.trace ?? null;
    const headers = trace === null ? [] : traceHeaders(trace);
    return parts.map((value) => ({ topic: this.topics.tracks, key, value, headers }));
  }

  private deadLetter(
    { message, firstFailureMs }: Delivery,
    { code, message: text }: ClipidError,
    attempts: number,
    nowMs: number,
  ): OutRecord {
    const why = { code, text, attempts, firstMs: firstFailureMs ?? nowMs, lastMs: nowMs };
    return this.ofRow(deadLetterRow(message, why, this.at));
  }

  private ofRow({ topic, key, payload: value, headers }: OutboxRow): OutRecord {
    return { topic: this.topicOf(topic), key, value, headers };
  }

  private topicOf(topic: OutboxTopic): string {
    const { deadLetters, status, identifications } = this.topics;
    return { DEAD_LETTERS: deadLetters, STATUS: status, IDENTIFICATIONS: identifications }[topic];
  }
}

/** Our own messages are checked where they are read; this is for those that are not. */
export function emptyDelivery(message: SourceMessage): Delivery {
  return { message, attempts: 0, notBeforeMs: 0, firstFailureMs: null };
}
