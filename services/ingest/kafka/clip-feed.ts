import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClipidError } from '../../core/errors.js';
import type { SourceMessage } from '../../core/source-message.js';
import { leavesDeadLetter } from '../trouble.js';
import { CommitLoop } from './consume/commit-loop.js';
import { OffsetWindows } from './consume/offset-windows.js';
import { OneAtATime } from './consume/one-at-a-time.js';
import type { Partition } from './consume/partition.js';
import { TakingOrder } from './consume/policy.js';
import { Room } from './consume/room.js';
import type { ReaderListener, TopicReader } from './consume/topic-reader.js';
import type { KafkaMeter } from './meter.js';
import { Submissions, type SubmissionDeps, type SubmissionOptions } from './submissions.js';

type Reader = Pick<
  TopicReader,
  'partitions' | 'has' | 'peek' | 'shift' | 'commit' | 'stop' | 'start'
>;

export interface FeedDeps extends Omit<SubmissionDeps, 'isDraining'> {
  readonly makeReader: (listener: ReaderListener) => Reader;
  readonly meter: KafkaMeter;
  readonly onState: (isJoined: boolean, reason: string) => void;
  readonly onFailed: (error: ClipidError) => void;
}

export interface FeedOptions extends SubmissionOptions {
  /** Messages of one topic that are taken and not finished. */
  readonly maxInFlight: number;
}

/** Clips that wait to be tried again do not count as in flight, up to so many of a topic. */
const MAX_WAITING = 1000;
const COMMIT_EVERY_MS = 250;

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
  private readonly submissions: Submissions;
  private readonly taking = new OneAtATime(() => this.takeAll());
  private readonly commits: CommitLoop;
  private isDraining = false;

  constructor(
    private readonly deps: FeedDeps,
    private readonly options: FeedOptions,
  ) {
    this.reader = deps.makeReader(this);
    this.submissions = new Submissions({ ...deps, isDraining: () => this.isDraining }, options);
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
    this.submissions.submit(message, {
      working: () => this.room.enter(mine),
      waiting: (errorCode) => this.waits(mine, errorCode),
      finished: (errorCode) => this.finish(mine, errorCode),
      failed: (error) => this.failed(error),
    });
  }

  private waits(mine: InFlight, errorCode: string): void {
    this.deps.meter.retried(mine.topic, errorCode);
    this.room.wait(mine);
    this.available();
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
