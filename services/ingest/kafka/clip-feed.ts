import { setImmediate as nextTurn } from 'node:timers/promises';
import { ClipidError, toClipidError, type ErrorCode } from '../../core/errors.js';
import type { SourceMessage } from '../../core/source-message.js';
import type { ClipRow, GalleryStore } from '../../gallery/port.js';
import type { ClipService, SubmitClip } from '../../identify/port.js';
import type { FailurePlace } from '../messages/dead-letter.js';
import { decodeSubmission } from '../messages/decode-submission.js';
import { leavesDeadLetter, remedyFor, type Remedy } from '../trouble.js';
import { checkUnpacked } from './codecs/unreadable.js';
import { CommitLoop } from './consume/commit-loop.js';
import { OffsetWindows } from './consume/offset-windows.js';
import { OneAtATime } from './consume/one-at-a-time.js';
import type { Partition } from './consume/partition.js';
import { TakingOrder } from './consume/policy.js';
import { Room } from './consume/room.js';
import type { ReaderListener, TopicReader } from './consume/topic-reader.js';
import type { KafkaMeter } from './meter.js';
import { reject, type Rejected } from './rejections.js';

type Reader = Pick<
  TopicReader,
  'partitions' | 'has' | 'peek' | 'shift' | 'commit' | 'stop' | 'start'
>;

export interface FeedDeps {
  readonly makeReader: (listener: ReaderListener) => Reader;
  readonly store: Pick<GalleryStore, 'appendOutbox' | 'oldestQueuedMs'>;
  readonly clips: Pick<ClipService, 'submit'>;
  /** Told of each change of a clip, or why there will be no more. Returns how to stop. */
  readonly watch: (
    galleryId: string,
    clipId: string,
    listener: (news: ClipRow | ClipidError) => void,
  ) => () => void;
  readonly meter: KafkaMeter;
  readonly onState: (isJoined: boolean, reason: string) => void;
  readonly onFailed: (error: ClipidError) => void;
  readonly now: () => number;
}

export interface FeedOptions {
  readonly priorityTopic: string | null;
  /** Messages of one topic that are taken and not finished. */
  readonly maxInFlight: number;
  readonly at: FailurePlace;
}

/** Clips that wait to be tried again do not count as in flight, up to so many of a topic. */
const MAX_WAITING = 1000;
const COMMIT_EVERY_MS = 250;
const AGAIN_MS = 1000;
/** Of a message that breaks our own code; what waits for room is tried for ever. */
const MAX_ATTEMPTS = 3;
const WAITS_FOR_ROOM: readonly ErrorCode[] = ['OVERLOADED', 'UNAVAILABLE'];

/** Without the message: what waits for hours is not to hold the bytes that it came in. */
interface InFlight extends Partition {
  readonly offset: number;
  readonly takenMs: number;
}

/**
 * Role `all`: feeds clips from Kafka into the store's queue, as many as there is room for, and commits
 * a message's offset once its clip is at its end in the store (invariant 1). What fails for a passing
 * reason waits in the store, where it holds nobody up.
 */
export class ClipFeed implements ReaderListener {
  private readonly reader: Reader;
  private readonly windows = new OffsetWindows<true>();
  private readonly order = new TakingOrder();
  private readonly room: Room;
  private readonly taking = new OneAtATime(() => this.takeAll());
  private readonly commits: CommitLoop;
  private isDraining = false;

  constructor(
    private readonly deps: FeedDeps,
    private readonly options: FeedOptions,
  ) {
    this.reader = deps.makeReader(this);
    this.room = new Room(options.maxInFlight, MAX_WAITING);
    this.commits = new CommitLoop(
      {
        due: () => this.windows.committable().filter((one) => this.reader.has(one)),
        commit: (due) => this.reader.commit(due),
        committed: (due) =>
          due.forEach((one) => this.windows.existing(one)?.committedUpTo(one.offset)),
        failed: (error) => this.failed(error),
      },
      COMMIT_EVERY_MS,
    );
  }

  start(): Promise<void> {
    this.commits.start();
    return this.reader.start();
  }

  /** Takes nothing more. */
  drain(): void {
    this.isDraining = true;
  }

  /** Commits what is finished and leaves the group; the rest is given to another member. */
  async close(): Promise<void> {
    this.drain();
    await this.commits.close();
    await this.reader.stop();
  }

  get inFlightCount(): number {
    return this.room.total;
  }

  assigned({ lost }: { readonly lost: readonly Partition[] }): void {
    // What is in work of a partition that went to another member ends here all the same: in the store
    // it is one clip, whoever submits it. Only its offset is not this process's to commit any more.
    for (const partition of lost) this.windows.forget(partition);
  }

  available(): void {
    this.taking.want();
  }

  failed(error: ClipidError): void {
    this.drain();
    this.deps.onFailed(error);
  }

  state(isJoined: boolean, reason: string): void {
    this.deps.onState(isJoined, reason);
  }

  /** One a turn of the event loop: each is a commit to disk. */
  private async takeAll(): Promise<void> {
    while (!this.isDraining) {
      const next = this.order.next(this.candidates());
      if (next === undefined) return;
      this.reader.shift(next.partition);
      if (this.windows.of(next.partition, next.message.offset).take(next.message.offset))
        this.take(next.message);
      await nextTurn();
    }
  }

  private candidates() {
    return this.reader.partitions().flatMap((partition) => {
      const message = this.room.isThere(partition.topic) ? this.reader.peek(partition) : undefined;
      if (message === undefined) return [];
      return [{ partition, message, isHigh: partition.topic === this.options.priorityTopic }];
    });
  }

  private take(message: SourceMessage): void {
    const { topic, partition, offset } = message;
    const mine = { topic, partition, offset, takenMs: this.deps.now() };
    this.room.enter(mine);
    this.deps.meter.taken(topic);
    this.submit(mine, message, 1);
  }

  /** Never throws: the caller is the loop that reads. */
  private submit(mine: InFlight, message: SourceMessage, attempt: number): void {
    let request: SubmitClip | null = null;
    try {
      request = this.decode(message);
      this.follow(mine, this.deps.clips.submit(request));
    } catch (thrown) {
      const error = toClipidError(thrown);
      const remedy = this.remedyFor(error, attempt);
      if (remedy === 'STOP') this.failed(error);
      else if (remedy === 'RETRY') this.submitLater(mine, message, attempt + 1);
      else this.giveUp(mine, { message, request, error, attempts: attempt - 1 });
    }
  }

  private remedyFor(error: ClipidError, attempt: number): Remedy {
    const isForRoom = WAITS_FOR_ROOM.includes(error.code);
    return remedyFor(error, attempt, isForRoom ? Number.POSITIVE_INFINITY : MAX_ATTEMPTS);
  }

  private submitLater(mine: InFlight, message: SourceMessage, attempt: number): void {
    const again = (): void => {
      if (!this.isDraining) this.submit(mine, message, attempt);
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

  private follow(mine: InFlight, clip: ClipRow): void {
    if (isAtEnd(clip)) {
      this.finish(mine, clip.errorCode ?? undefined);
      return;
    }
    const stop = this.deps.watch(clip.galleryId, clip.clipId, (news) => {
      // The process ends: the clip goes on at the next start, and its message is given again.
      if (news instanceof ClipidError && news.code === 'UNAVAILABLE') return;
      if (news instanceof ClipidError || isAtEnd(news)) {
        stop();
        this.finish(mine, news instanceof ClipidError ? undefined : (news.errorCode ?? undefined));
      } else this.noteRetry(mine, news);
    });
  }

  private noteRetry(mine: InFlight, { state, errorCode }: ClipRow): void {
    if (state === 'EXTRACTING') this.room.enter(mine);
    if (state !== 'QUEUED' || errorCode === null) return;
    this.deps.meter.retried(mine.topic, errorCode);
    this.room.wait(mine);
    this.available();
  }

  private giveUp(mine: InFlight, what: Omit<Rejected, 'firstMs' | 'nowMs'>): void {
    const times = { firstMs: mine.takenMs, nowMs: this.deps.now() };
    try {
      reject(this.deps.store, { ...what, ...times }, this.options.at);
    } catch (thrown) {
      this.failed(toClipidError(thrown));
      return;
    }
    this.finish(mine, what.error.code);
  }

  private finish(mine: InFlight, errorCode: string | undefined): void {
    if (errorCode !== undefined && leavesDeadLetter(errorCode))
      this.deps.meter.deadLettered(errorCode);
    this.room.leave(mine);
    this.windows.existing(mine)?.finish(mine.offset, true);
    this.deps.meter.finished(mine.topic, this.deps.now() - mine.takenMs, errorCode);
    this.available();
  }
}

function isAtEnd({ state }: ClipRow): boolean {
  return state === 'DONE' || state === 'FAILED';
}
