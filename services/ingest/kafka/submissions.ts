import { ClipidError, toClipidError, type ErrorCode } from '../../core/errors.js';
import type { SourceMessage } from '../../core/source-message.js';
import type { ClipRow, GalleryStore } from '../../gallery/port.js';
import type { ClipService, SubmitClip } from '../../identify/port.js';
import type { FailurePlace } from '../messages/dead-letter.js';
import { decodeSubmission } from '../messages/decode-submission.js';
import { remedyFor, type Remedy } from '../trouble.js';
import { checkUnpacked } from './codecs/unreadable.js';
import { reject, type Rejected } from './rejections.js';

export interface SubmissionDeps {
  readonly store: Pick<GalleryStore, 'appendOutbox' | 'oldestQueuedMs'>;
  readonly clips: Pick<ClipService, 'submit'>;
  /** Told of each change of a clip, or why there will be no more. Returns how to stop. */
  readonly watch: (
    galleryId: string,
    clipId: string,
    listener: (news: ClipRow | ClipidError) => void,
  ) => () => void;
  /** The process ends: nothing is tried again any more. */
  readonly isDraining: () => boolean;
  readonly now: () => number;
}

export interface SubmissionOptions {
  readonly priorityTopic: string | null;
  readonly at: FailurePlace;
}

/** Told of one message's clip. */
export interface Progress {
  working(): void;
  /** The clip waits in the store to be tried again. */
  waiting(errorCode: string): void;
  /** What came of it is durable; `errorCode` where no result did. */
  finished(errorCode: string | undefined): void;
  /** The whole intake must stop. */
  failed(error: ClipidError): void;
}

const AGAIN_MS = 1000;
/** Of a message that breaks our own code; what waits for room is tried for ever. */
const MAX_ATTEMPTS = 3;
const WAITS_FOR_ROOM: readonly ErrorCode[] = ['OVERLOADED', 'UNAVAILABLE'];

/** Messages into clips of the store's queue, and what becomes of them there. */
export class Submissions {
  constructor(
    private readonly deps: SubmissionDeps,
    private readonly options: SubmissionOptions,
  ) {}

  /** Never throws: the caller is the loop that reads. */
  submit(message: SourceMessage, progress: Progress): void {
    this.attempt({ message, progress, takenMs: this.deps.now() }, 1);
  }

  private attempt(taken: Taken, attempt: number): void {
    const { message, progress } = taken;
    let request: SubmitClip | null = null;
    try {
      request = this.decode(message);
      this.follow(progress, this.deps.clips.submit(request));
    } catch (thrown) {
      const error = toClipidError(thrown);
      const remedy = remedyOf(error, attempt);
      if (remedy === 'STOP') progress.failed(error);
      else if (remedy === 'RETRY') this.later(taken, attempt + 1);
      else this.giveUp(taken, { message, request, error, attempts: attempt - 1 });
    }
  }

  private later(taken: Taken, attempt: number): void {
    const again = (): void => {
      if (!this.deps.isDraining()) this.attempt(taken, attempt);
    };
    setTimeout(again, AGAIN_MS).unref();
  }

  private decode(message: SourceMessage): SubmitClip {
    checkUnpacked(message);
    const request = decodeSubmission(message);
    return message.topic === this.options.priorityTopic
      ? { ...request, priority: 'HIGH' }
      : request;
  }

  /** Holds the progress alone: what waits for hours is not to hold the bytes that it came in. */
  private follow(progress: Progress, clip: ClipRow): void {
    if (isAtEnd(clip)) {
      progress.finished(clip.errorCode ?? undefined);
      return;
    }
    const stop = this.deps.watch(clip.galleryId, clip.clipId, (news) => {
      // The process ends: the clip goes on at the next start, and its message is given again.
      if (news instanceof ClipidError && news.code === 'UNAVAILABLE') return;
      if (!(news instanceof ClipidError) && !isAtEnd(news)) {
        tellChange(progress, news);
        return;
      }
      stop();
      progress.finished(news instanceof ClipidError ? undefined : (news.errorCode ?? undefined));
    });
  }

  private giveUp(
    { takenMs: firstMs, progress }: Taken,
    what: Omit<Rejected, 'firstMs' | 'nowMs'>,
  ): void {
    try {
      reject(this.deps.store, { ...what, firstMs, nowMs: this.deps.now() }, this.options.at);
    } catch (thrown) {
      progress.failed(toClipidError(thrown));
      return;
    }
    progress.finished(what.error.code);
  }
}

interface Taken {
  readonly message: SourceMessage;
  readonly progress: Progress;
  readonly takenMs: number;
}

function remedyOf(error: ClipidError, attempt: number): Remedy {
  const isForRoom = WAITS_FOR_ROOM.includes(error.code);
  return remedyFor(error, attempt, isForRoom ? Number.POSITIVE_INFINITY : MAX_ATTEMPTS);
}

function tellChange(progress: Progress, { state, errorCode }: ClipRow): void {
  if (state === 'EXTRACTING') progress.working();
  if (state === 'QUEUED' && errorCode !== null) progress.waiting(errorCode);
}

function isAtEnd({ state }: ClipRow): boolean {
  return state === 'DONE' || state === 'FAILED';
}
