import type { EachBatchPayload, Kafka } from 'kafkajs';
import { toClipidError, type ClipidError } from '../../../core/errors.js';
import type { SourceMessage } from '../../../core/source-message.js';
import { GroupMember } from './group-member.js';
import type { MemberOptions } from './make-consumer.js';
import { MessageBuffers } from './message-buffers.js';
import { partitionKey, type Partition } from './partition.js';
import { toSourceMessages } from './source-messages.js';

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

/**
 * Reads topics as a member of a group, by pull: what was fetched waits in a bounded buffer, and a
 * partition is fetched again only when its buffer is empty. Nothing is done in kafkajs's handler, so
 * its loop goes round all the time and heartbeats go out however long a clip takes.
 */
export class TopicReader {
  private readonly member: GroupMember;
  private readonly buffers = new MessageBuffers();
  private assigned = new Map<string, Partition>();

  constructor(
    kafka: Kafka,
    options: MemberOptions,
    private readonly listener: ReaderListener,
  ) {
    this.member = new GroupMember(kafka, options, {
      joined: (assignment) => this.guarded(() => this.joined(partitionsOf(assignment))),
      batch: (payload) => this.guarded(() => this.receive(payload)),
      state: (isJoined, reason) => listener.state(isJoined, reason),
      failed: (error) => listener.failed(error),
    });
  }

  /** Joins the group. Throws BROKER_FAILED, UNAVAILABLE when the brokers cannot be reached. */
  start(): Promise<void> {
    return this.member.start();
  }

  /** Leaves the group. What was pulled and is not committed is given to another member. */
  stop(): Promise<void> {
    return this.member.stop();
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

  /** Goes on at this offset, whatever was fetched before. */
  seek(partition: Partition, offset: number): void {
    if (!this.has(partition)) return;
    this.buffers.goOn(partition, offset);
    this.member.seek(partition, offset);
    this.setPaused(partition, false);
  }

  /** Throws UNAVAILABLE, as in the middle of a rebalance: later, then; and BROKER_FAILED. */
  commit(offsets: readonly (Partition & { readonly offset: number })[]): Promise<void> {
    return this.member.commit(offsets);
  }

  /** What kafkajs catches from a handler it retries for ever, or dies of. */
  private guarded(work: () => void): void {
    try {
      work();
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

  private joined(now: readonly Partition[]): void {
    const before = this.assigned;
    this.assigned = new Map(now.map((one) => [partitionKey(one), one]));
    const lost = [...before].filter(([key]) => !this.assigned.has(key)).map(([, one]) => one);
    const gained = now.filter((one) => !before.has(partitionKey(one)));
    for (const one of lost) this.buffers.clear(one);
    // One that was paused when it was lost is still paused to kafkajs when it comes back.
    for (const one of gained) this.setPaused(one, false);
    this.keepPlaces(now.filter((one) => before.has(partitionKey(one))));
    this.listener.assigned({ gained, lost });
    this.listener.state(true, '');
    this.listener.available();
  }

  /** kafkajs goes back to what is committed when it joins: those that stayed go on where they were. */
  private keepPlaces(stayed: readonly Partition[]): void {
    for (const one of stayed) {
      const next = this.buffers.nextToFetch(one);
      if (next !== undefined) this.member.seek(one, next);
      this.setPaused(one, this.buffers.isHeld(one) || !this.buffers.isEmpty(one));
    }
  }

  private setPaused(partition: Partition, isPaused: boolean): void {
    if (this.has(partition)) this.member.setPaused(partition, isPaused);
  }
}

function partitionsOf(assignment: Readonly<Record<string, readonly number[]>>): Partition[] {
  return Object.entries(assignment).flatMap(([topic, partitions]) =>
    partitions.map((partition) => ({ topic, partition })),
  );
}
