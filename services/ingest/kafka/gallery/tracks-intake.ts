import { setImmediate as nextTurn } from 'node:timers/promises';
import { ClipidError, toClipidError } from '../../../core/errors.js';
import type { SourceMessage } from '../../../core/source-message.js';
import { CommitLoop, type Position } from '../consume/commit-loop.js';
import { OneAtATime } from '../consume/one-at-a-time.js';
import { TakingOrder } from '../consume/policy.js';
import { partitionKey, type Partition } from '../consume/partition.js';
import type { ReaderListener, TopicReader } from '../consume/topic-reader.js';
import type { KafkaMeter } from '../meter.js';
import type { PartitionEnds } from '../partition-ends.js';
import { ArrivedTracks, type ArrivedDeps, type ArrivedOptions } from './arrived-tracks.js';

export interface TracksDeps extends ArrivedDeps {
  readonly makeReader: (listener: ReaderListener) => TopicReader;
  /** Where the topic's partitions begin and end. Throws UNAVAILABLE, BROKER_FAILED. */
  readonly ends: () => Promise<readonly PartitionEnds[]>;
  readonly meter: KafkaMeter;
  readonly onState: (isJoined: boolean, reason: string) => void;
  readonly onFailed: (error: ClipidError) => void;
}

export interface TracksOptions extends ArrivedOptions {
  readonly topic: string;
}

/** The group's offsets serve those who watch the lag; the store's are the truth. */
const COMMIT_EVERY_MS = 1000;

/**
 * Role `gallery`: tracks that extracting processes found become appearances. Where reading goes on is
 * written in the same transaction as what was read (invariant 1): after a crash, or from a backup, the
 * topic is read on from there.
 */
export class TracksIntake implements ReaderListener {
  private readonly reader: TopicReader;
  private readonly order = new TakingOrder();
  private readonly stop = new AbortController();
  private readonly uncommitted = new Map<string, Position>();
  private readonly taking = new OneAtATime(() => this.takeAll());
  private readonly arrived: ArrivedTracks;
  private readonly commits: CommitLoop;

  constructor(
    private readonly deps: TracksDeps,
    private readonly options: TracksOptions,
  ) {
    this.reader = deps.makeReader(this);
    this.arrived = new ArrivedTracks(deps, options);
    this.commits = new CommitLoop(
      {
        due: () => [...this.uncommitted.values()].filter((one) => this.reader.has(one)),
        commit: (due) => this.reader.commit(due),
        committed: (due) => this.forget(due),
        failed: (error) => this.failed(error),
      },
      COMMIT_EVERY_MS,
    );
  }

  async start(): Promise<void> {
    for (const end of await this.deps.ends()) this.checkPlace(end);
    this.commits.start();
    await this.reader.start();
  }

  /** A topic that was made anew counts from 0 again: what it holds would be taken for read. */
  private checkPlace({ partition, end }: PartitionEnds): void {
    const { topic } = this.options;
    const readTo = this.deps.store.sourceOffset(topic, partition);
    if (readTo === undefined || readTo <= end) return;
    throw new ClipidError(
      'BROKER_FAILED',
      `Partition ${partition} of ${topic} ends at ${end}, and this store has read it up to ${readTo}: ` +
        'the topic was made anew, or these are other brokers. Give the new topic another name (CLIPID_KAFKA_TRACKS_TOPIC).',
    );
  }

  drain(): void {
    this.stop.abort();
  }

  /** The record in work is finished; the others are read at the next start. */
  async close(): Promise<void> {
    this.drain();
    await this.taking.idle();
    await this.commits.close();
    await this.reader.stop();
  }

  assigned({ gained, lost }: Record<'gained' | 'lost', readonly Partition[]>): void {
    for (const partition of lost) this.uncommitted.delete(partitionKey(partition));
    for (const partition of gained) {
      const offset = this.deps.store.sourceOffset(partition.topic, partition.partition);
      if (offset !== undefined) this.reader.seek(partition, offset);
    }
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

  private takeAll(): Promise<void> {
    return this.workAll().catch((thrown: unknown) => {
      if (!this.stop.signal.aborted) this.failed(toClipidError(thrown));
    });
  }

  /** One record after the other: decisions see what was written before. Throws what stops the process. */
  private async workAll(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const next = this.order.next(this.candidates());
      if (next === undefined) return;
      await this.work(next.message);
      // A rebalance meanwhile may have put another message first: only this one is done.
      if (this.reader.peek(next.partition)?.offset === next.message.offset)
        this.reader.shift(next.partition);
      await nextTurn();
    }
  }

  private candidates() {
    return this.reader.partitions().flatMap((partition) => {
      const message = this.reader.peek(partition);
      return message === undefined ? [] : [{ partition, message, isHigh: false }];
    });
  }

  private async work(message: SourceMessage): Promise<void> {
    const { topic, partition, offset } = message;
    const startedMs = performance.now();
    this.deps.meter.taken(topic);
    const known = this.deps.store.sourceOffset(topic, partition) ?? 0;
    const errorCode =
      offset < known ? undefined : await this.arrived.settle(message, this.stop.signal);
    this.uncommitted.set(partitionKey(message), { topic, partition, offset: offset + 1 });
    this.deps.meter.finished(topic, performance.now() - startedMs, errorCode);
  }

  private forget(committed: readonly Position[]): void {
    for (const one of committed) {
      const key = partitionKey(one);
      if (this.uncommitted.get(key) === one) this.uncommitted.delete(key);
    }
  }
}
