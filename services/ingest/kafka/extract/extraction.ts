import { type ClipidError, toClipidError } from '../../../core/errors.js';
import type { SourceMessage } from '../../../core/source-message.js';
import { readDelivery } from '../../messages/retry-record.js';
import { TakingOrder } from '../consume/policy.js';
import type { Partition } from '../consume/partition.js';
import type { ReaderListener, TopicReader } from '../consume/topic-reader.js';
import type { KafkaMeter } from '../meter.js';
import type { MessageWork } from './message-work.js';
import type { OwnedDeps, OwnedPartition } from './owned-partition.js';
import { OwnedPartitions } from './owned-partitions.js';
import type { OutRecord } from './transactions.js';

export interface ExtractionDeps {
  readonly makeReader: (listener: ReaderListener) => TopicReader;
  readonly owned: OwnedDeps;
  readonly work: MessageWork;
  readonly meter: KafkaMeter;
  readonly onState: (isJoined: boolean, reason: string) => void;
  readonly onFailed: (error: ClipidError) => void;
  readonly now: () => number;
}

export interface ExtractionOptions {
  /** Clips that are worked on at the same time. */
  readonly concurrency: number;
  /** Of one partition, finished or not, before their offsets are committed. */
  readonly maxInFlight: number;
  readonly priorityTopic: string | null;
  readonly isRetryTopic: (topic: string) => boolean;
  readonly graceMs: number;
}

/** Retry topics are looked at this often at least: several wait for different times. */
const LOOK_AGAIN_MS = 1000;

/**
 * Role `extract`: clips from Kafka to tracks in Kafka. Nothing is kept here that another process would
 * miss: what came of a message leaves in one transaction with its offset.
 */
export class Extraction implements ReaderListener {
  private readonly reader: TopicReader;
  private readonly owned: OwnedPartitions;
  private readonly order = new TakingOrder();
  private readonly running = new Set<Promise<void>>();
  private readonly stop = new AbortController();
  private wakeTimer: NodeJS.Timeout | undefined;
  private isDraining = false;
  private drainedByMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly deps: ExtractionDeps,
    private readonly options: ExtractionOptions,
  ) {
    this.reader = deps.makeReader(this);
    const { owned } = deps;
    const onRefused = (error: ClipidError): void => this.failed(error);
    this.owned = new OwnedPartitions({ owned, reader: this.reader, onRefused });
  }

  start(): Promise<void> {
    return this.reader.start();
  }

  get inFlightCount(): number {
    return this.running.size;
  }

  /** Begins no clip any more; those in work have the grace period from now on. */
  drain(): void {
    if (this.isDraining) return;
    this.isDraining = true;
    this.drainedByMs = performance.now() + this.options.graceMs;
  }

  /** What is not finished within the grace period is given to another process. Safe to call twice. */
  async close(): Promise<void> {
    this.drain();
    clearTimeout(this.wakeTimer);
    const graceMs = Math.max(0, this.drainedByMs - performance.now());
    const timer = setTimeout(() => this.stop.abort(), graceMs);
    await Promise.all(this.running);
    clearTimeout(timer);
    this.stop.abort();
    await this.owned.close();
    await this.reader.stop();
  }

  assigned({ lost }: { readonly lost: readonly Partition[] }): void {
    for (const partition of lost) void this.owned.lose(partition);
  }

  available(): void {
    while (!this.isDraining && this.running.size < this.options.concurrency) {
      const next = this.order.next(this.candidates());
      if (next === undefined) return;
      this.reader.shift(next.partition);
      if (next.owned.window.take(next.message.offset)) this.begin(next.owned, next.message);
    }
  }

  failed(error: ClipidError): void {
    this.drain();
    this.stop.abort();
    this.deps.onFailed(error);
  }

  state(isJoined: boolean, reason: string): void {
    this.deps.onState(isJoined, reason);
  }

  private candidates() {
    const { priorityTopic, maxInFlight } = this.options;
    return this.reader.partitions().flatMap((partition) => {
      const message = this.reader.peek(partition);
      if (message === undefined || !this.isDue(message)) return [];
      const owned = this.owned.get(partition, message.offset);
      if (owned === undefined || owned.window.size >= maxInFlight) return [];
      return [{ partition, owned, message, isHigh: partition.topic === priorityTopic }];
    });
  }

  /** Those of a retry topic wait for their time; it is looked again when the first of them is due. */
  private isDue(message: SourceMessage): boolean {
    if (!this.options.isRetryTopic(message.topic)) return true;
    const waitMs = notBeforeOf(message) - this.deps.now();
    if (waitMs <= 0) return true;
    this.wakeTimer ??= setTimeout(
      () => {
        this.wakeTimer = undefined;
        this.available();
      },
      Math.min(waitMs, LOOK_AGAIN_MS),
    );
    return false;
  }

  private begin(owned: OwnedPartition, message: SourceMessage): void {
    this.deps.meter.taken(message.topic);
    const work = this.workOn(owned, message).finally(() => {
      this.running.delete(work);
      this.available();
    });
    this.running.add(work);
  }

  /** Never throws. What is told to stop leaves no result; its message stays uncommitted. */
  private async workOn(owned: OwnedPartition, message: SourceMessage): Promise<void> {
    const { offset, topic } = message;
    const startedMs = performance.now();
    const signal = AbortSignal.any([this.stop.signal, owned.signal]);
    const deaths = owned.startsOf(offset);
    const begin = (news: readonly OutRecord[]): Promise<void> => owned.begin(offset, news);
    try {
      const records = await this.deps.work.run(message, { deaths, begin, signal });
      this.deps.meter.finished(topic, performance.now() - startedMs);
      // The clip does not hold its place while its records wait for those of messages before it.
      // Once they are committed there is room for more of its partition.
      void owned.finish(offset, records).then(
        () => this.available(),
        () => undefined,
      );
    } catch (thrown) {
      // What work throws and is no abort would befall the next clip as well: see its docstring.
      owned.abandon(offset);
      if (!signal.aborted) this.failed(toClipidError(thrown));
    }
  }
}

/** 0 where the message does not say: the work on it tells what is wrong. */
function notBeforeOf(message: SourceMessage): number {
  try {
    return readDelivery(message, true).notBeforeMs;
  } catch {
    return 0;
  }
}
