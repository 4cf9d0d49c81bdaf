import { setImmediate as nextTurn } from 'node:timers/promises';
import { ClipidError, toClipidError } from '../../core/errors.js';
import type { SourceMessage } from '../../core/source-message.js';
import type { ClipRow, GalleryStore } from '../../gallery/port.js';
import type { ClipService, SubmitClip } from '../../identify/port.js';
import type { FailurePlace } from '../messages/dead-letter.js';
import { decodeSubmission } from '../messages/decode-submission.js';
import { remedyFor } from '../trouble.js';
import { checkUnpacked } from './codecs/unreadable.js';
import type { Partition } from './consume/partition.js';
import { OffsetWindows } from './consume/offset-windows.js';
import { OneAtATime } from './consume/one-at-a-time.js';
import { TakingOrder } from './consume/policy.js';
import { Room } from './consume/room.js';
import type { ReaderListener, TopicReader } from './consume/topic-reader.js';
import type { KafkaMeter } from './meter.js';
import { reject } from './rejections.js';

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

interface InFlight extends Partition {
  readonly message: SourceMessage;
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
  private timer: NodeJS.Timeout | undefined;
  private isDraining = false;

  constructor(
    private readonly deps: FeedDeps,
    private readonly options: FeedOptions,
  ) {
    this.reader = deps.makeReader(this);
    this.room = new Room(options.maxInFlight, MAX_WAITING);
  }

  async start(): Promise<void> {
    this.timer = setInterval(() => void this.commit(), COMMIT_EVERY_MS).unref();
    await this.reader.start();
  }

  /** Takes nothing more. */
  drain(): void {
    this.isDraining = true;
  }

  /** Commits what is finished and leaves the group; the rest is given to another member. */
  async close(): Promise<void> {
    this.drain();
    clearInterval(this.timer);
    await this.commit();
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
    const { topic, partition } = message;
    const takenMs = this.deps.now();
    const mine = { topic, partition, message, takenMs };
    this.room.enter(mine);
    this.deps.meter.taken(topic);
    this.submit(mine);
  }

  /** Never throws: the caller is the loop that reads. */
  private submit(mine: InFlight): void {
    let request: SubmitClip | null = null;
    try {
      request = this.decode(mine.message);
      this.follow(mine, this.deps.clips.submit(request));
    } catch (thrown) {
      this.refuse(mine, request, toClipidError(thrown));
    }
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
        this.finish(mine, news instanceof ClipidError ? news.code : (news.errorCode ?? undefined));
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

  private refuse(mine: InFlight, request: SubmitClip | null, error: ClipidError): void {
    const remedy = remedyFor(error, 1, 2);
    if (remedy === 'STOP') this.failed(error);
    else if (remedy === 'RETRY') setTimeout(() => this.submitAgain(mine), AGAIN_MS).unref();
    else this.giveUp(mine, request, error);
  }

  private submitAgain(mine: InFlight): void {
    if (!this.isDraining) this.submit(mine);
  }

  private giveUp(mine: InFlight, request: SubmitClip | null, error: ClipidError): void {
    const { message, takenMs: firstMs } = mine;
    const nowMs = this.deps.now();
    try {
      reject(
        this.deps.store,
        { message, request, error, attempts: 0, firstMs, nowMs },
        this.options.at,
      );
    } catch (thrown) {
      this.failed(toClipidError(thrown));
      return;
    }
    this.deps.meter.deadLettered(error.code);
    this.finish(mine, error.code);
  }

  private finish(mine: InFlight, errorCode: string | undefined): void {
    this.room.leave(mine);
    this.windows.existing(mine)?.finish(mine.message.offset, true);
    this.deps.meter.finished(mine.topic, this.deps.now() - mine.takenMs, errorCode);
    this.available();
  }

  private async commit(): Promise<void> {
    const due = this.windows.committable().filter((one) => this.reader.has(one));
    if (due.length === 0) return;
    try {
      await this.reader.commit(due);
      for (const one of due) this.windows.existing(one)?.committedUpTo(one.offset);
    } catch {
      // In the middle of a rebalance: they are committed with the next ones, or read again.
    }
  }
}

function isAtEnd({ state }: ClipRow): boolean {
  return state === 'DONE' || state === 'FAILED';
}
