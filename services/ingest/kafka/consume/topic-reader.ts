import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { toClipidError, type ClipidError } from '../../../core/errors.js';
import type { SourceMessage } from '../../../core/source-message.js';
import { toBrokerError } from '../broker-errors.js';
import { MessageBuffers } from './message-buffers.js';
import { partitionKey, type Partition } from './partition.js';
import { toSourceMessages } from './source-messages.js';

export interface ReaderOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionMs: number;
}

/** Told by a reader; none of them may throw. */
export interface ReaderListener {
  /**
   * The group shared out its partitions anew. Told before any message of theirs: the place to `seek`
   * or `hold` those that are new.
   */
  assigned(change: {
    readonly gained: readonly Partition[];
    readonly lost: readonly Partition[];
  }): void;
  /** There may be messages to pull. */
  available(): void;
  /** It reads no more and cannot go on by itself. */
  failed(error: ClipidError): void;
  /** Connected and in the group, or not (any more), and why. */
  state(isJoined: boolean, reason: string): void;
}

/** A fetch answers after this even with nothing; a partition that is resumed waits no longer. */
const MAX_WAIT_MS = 250;
const BYTES_PER_PARTITION = 256 * 1024;
/** Of one answer of a broker, packed or not. */
const BYTES_PER_ANSWER = 4 * 2 ** 20;

/**
 * Reads topics as a member of a group, by pull: what was fetched waits in a bounded buffer, and a
 * partition is fetched again only when its buffer is empty. Nothing is done in kafkajs's handler, so
 * its loop goes round all the time and heartbeats go out however long a clip takes.
 */
export class TopicReader {
  private readonly consumer: Consumer;
  private readonly buffers = new MessageBuffers();
  private assigned = new Map<string, Partition>();
  private isStopping = false;

  constructor(
    kafka: Kafka,
    private readonly options: ReaderOptions,
    private readonly listener: ReaderListener,
  ) {
    const { groupId, sessionMs } = options;
    this.consumer = kafka.consumer({
      groupId,
      sessionTimeout: sessionMs,
      heartbeatInterval: Math.floor(sessionMs / 5),
      rebalanceTimeout: Math.max(60_000, sessionMs * 2),
      maxWaitTimeInMs: MAX_WAIT_MS,
      maxBytesPerPartition: BYTES_PER_PARTITION,
      maxBytes: BYTES_PER_ANSWER,
      allowAutoTopicCreation: false,
    });
    this.listen();
  }

  /** Joins the group. Throws BROKER_FAILED, UNAVAILABLE when the brokers cannot be reached. */
  async start(): Promise<void> {
    try {
      await this.consumer.connect();
      await this.consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
      await this.run();
    } catch (thrown) {
      throw toBrokerError(thrown);
    }
  }

  /** Leaves the group. What was pulled and is not committed is given to another member. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.consumer.disconnect();
  }

  /** Those that this process has at present. */
  partitions(): Partition[] {
    return [...this.assigned.values()];
  }

  has(partition: Partition): boolean {
    return this.assigned.has(partitionKey(partition));
  }

  /** The next message, which stays the next one; undefined where none is there yet. */
  peek(partition: Partition): SourceMessage | undefined {
    return this.buffers.peek(partition);
  }

  /** Timestamp of the oldest message that was fetched and not taken; undefined where none waits. */
  oldestMs(): number | undefined {
    const times = this.partitions().flatMap((one) => this.peek(one)?.timestampMs ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Takes the next message away, and fetches more behind the last one. */
  shift(partition: Partition): void {
    this.buffers.shift(partition);
    if (this.buffers.isEmpty(partition)) this.setPaused(partition, false);
  }

  /** Nothing is read of it until the next `seek`. */
  hold(partition: Partition): void {
    this.buffers.hold(partition);
    this.setPaused(partition, true);
  }

  /** Goes on at this offset (-2: at the first there is), whatever was fetched before. */
  seek(partition: Partition, offset: number): void {
    if (!this.has(partition)) return;
    this.buffers.clear(partition);
    this.consumer.seek({ ...partition, offset: String(offset) });
    this.setPaused(partition, false);
  }

  /** Throws UNAVAILABLE, as in the middle of a rebalance; the offsets are then committed later. */
  async commit(offsets: readonly (Partition & { readonly offset: number })[]): Promise<void> {
    try {
      await this.consumer.commitOffsets(
        offsets.map(({ topic, partition, offset }) => ({
          topic,
          partition,
          offset: String(offset),
        })),
      );
    } catch (thrown) {
      throw toBrokerError(thrown);
    }
  }

  private async run(): Promise<void> {
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => {
        this.tryToReceive(payload);
        return Promise.resolve();
      },
    });
  }

  /** Never throws: what kafkajs catches from a handler it retries for ever, or dies of. */
  private tryToReceive(payload: EachBatchPayload): void {
    try {
      this.receive(payload);
    } catch (thrown) {
      this.listener.failed(toClipidError(thrown));
    }
  }

  private receive(payload: EachBatchPayload): void {
    const { batch } = payload;
    const { topic, partition } = batch;
    const messages = toSourceMessages(topic, partition, batch.messages);
    const lastOffset = batch.lastOffset();
    this.setPaused({ topic, partition }, true);
    if (!this.buffers.put({ topic, partition }, messages, Number(lastOffset) + 1)) return;
    payload.resolveOffset(lastOffset);
    this.listener.available();
  }

  private listen(): void {
    const { events } = this.consumer;
    this.consumer.on(events.GROUP_JOIN, ({ payload }) => this.joined(payload.memberAssignment));
    this.consumer.on(events.REBALANCING, () => this.listener.state(false, 'the group rebalances'));
    this.consumer.on(events.CRASH, ({ payload }) => this.crashed(payload.error, payload.restart));
  }

  private joined(assignment: Readonly<Record<string, number[]>>): void {
    const now = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    const before = this.assigned;
    this.assigned = new Map(now.map((one) => [partitionKey(one), one]));
    const lost = [...before].filter(([key]) => !this.assigned.has(key)).map(([, one]) => one);
    const gained = now.filter((one) => !before.has(partitionKey(one)));
    for (const one of lost) this.buffers.clear(one);
    this.keepPlaces(now.filter((one) => before.has(partitionKey(one))));
    this.listener.assigned({ gained, lost });
    this.listener.state(true, '');
    this.listener.available();
  }

  /** kafkajs goes back to what is committed when it joins: those that stayed go on where they were. */
  private keepPlaces(stayed: readonly Partition[]): void {
    for (const one of stayed) {
      const next = this.buffers.nextToFetch(one);
      if (next !== undefined) this.consumer.seek({ ...one, offset: String(next) });
      this.setPaused(one, this.buffers.isHeld(one) || !this.buffers.isEmpty(one));
    }
  }

  private setPaused(partition: Partition, isPaused: boolean): void {
    if (!this.has(partition) || this.isStopping) return;
    const which = [{ topic: partition.topic, partitions: [partition.partition] }];
    try {
      if (isPaused) this.consumer.pause(which);
      else this.consumer.resume(which);
    } catch {
      // Between a crash and the restart there is nothing to pause; joining does it then.
    }
  }

  /** kafkajs restarts by itself what may pass; the rest must not look like an idle consumer. */
  private crashed(thrown: Error, willRestart: boolean): void {
    const error = toBrokerError(thrown);
    this.listener.state(false, error.message);
    if (!willRestart && !this.isStopping) this.listener.failed(error);
  }
}
