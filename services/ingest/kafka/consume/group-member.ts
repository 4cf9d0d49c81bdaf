import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { ClipidError } from '../../../core/errors.js';
import { isRefusal, toBrokerError } from '../broker-errors.js';
import { coordinatorError } from '../coordinator-refusal.js';
import { Breakdowns } from './breakdowns.js';
import { makeConsumer, silenceOf, type MemberOptions } from './make-consumer.js';
import type { Partition } from './partition.js';
import { SignsOfLife } from './signs-of-life.js';

/** Told by a member; none of them may throw. */
export interface MemberListener {
  joined(assignment: Readonly<Record<string, readonly number[]>>): void;
  batch(payload: EachBatchPayload): void;
  /** In the group and in touch with it, or not (any more), and why. */
  state(isJoined: boolean, reason: string): void;
  /** It reads no more and cannot go on by itself. */
  failed(error: ClipidError): void;
}

const AGAIN_MS = 1000;

/**
 * A member of a consumer group, for as long as it can be one. kafkajs gives up what would pass (no
 * coordinator while a broker starts) and tries for ever what does not (a topic that was deleted), and
 * says nothing while brokers are silent: so whether it joins again is decided here, by what the error
 * means, and heartbeats that are not answered are told.
 */
export class GroupMember {
  private readonly consumer: Consumer;
  private readonly signs: SignsOfLife;
  private readonly breakdowns = new Breakdowns();
  private again: NodeJS.Timeout | undefined;
  private commits = 0;
  private isStopping = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly options: MemberOptions,
    private readonly listener: MemberListener,
  ) {
    this.consumer = makeConsumer(kafka, options);
    const silenceMs = silenceOf(options);
    this.signs = new SignsOfLife(silenceMs, (isAlive) => this.tellLife(isAlive, silenceMs));
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
    if (this.isStopping) await this.consumer.disconnect();
  }

  /** Leaves the group. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.again);
    this.signs.end();
    await this.consumer.disconnect();
  }

  /** Goes on at this offset. Does nothing between a crash and the next join. */
  seek(partition: Partition, offset: number): void {
    this.whileRunning(() => this.consumer.seek({ ...partition, offset: String(offset) }));
  }

  /** As `seek`. */
  setPaused({ topic, partition }: Partition, isPaused: boolean): void {
    const which = [{ topic, partitions: [partition] }];
    this.whileRunning(() => (isPaused ? this.consumer.pause(which) : this.consumer.resume(which)));
  }

  /** Throws UNAVAILABLE, as in the middle of a rebalance, and BROKER_FAILED. */
  async commit(offsets: readonly (Partition & { readonly offset: number })[]): Promise<void> {
    const before = this.commits;
    const inKafkasWords = offsets.map((one) => ({ ...one, offset: String(one.offset) }));
    try {
      if (this.again === undefined) await this.consumer.commitOffsets(inKafkasWords);
    } catch (thrown) {
      throw commitError(thrown);
    }
    // kafkajs does nothing, and does not say so, while it joins.
    if (this.commits === before) throw notJoined();
  }

  private async run(): Promise<void> {
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => {
        this.listener.batch(payload);
        return Promise.resolve();
      },
    });
  }

  private listen(): void {
    const { events } = this.consumer;
    this.consumer.on(events.GROUP_JOIN, ({ payload }) => this.joined(payload.memberAssignment));
    this.consumer.on(events.HEARTBEAT, () => this.signs.beat());
    this.consumer.on(events.COMMIT_OFFSETS, () => (this.commits += 1));
    this.consumer.on(events.REBALANCING, () => {
      this.signs.end();
      this.listener.state(false, 'the group rebalances');
    });
    this.consumer.on(events.CRASH, ({ payload }) => this.crashed(payload.error));
  }

  private joined(assignment: Readonly<Record<string, readonly number[]>>): void {
    if (this.isStopping) return;
    this.breakdowns.joined();
    this.signs.begin();
    this.listener.joined(assignment);
  }

  private tellLife(isAlive: boolean, silenceMs: number): void {
    const reason = `no broker has answered for ${silenceMs / 1000} s`;
    this.listener.state(isAlive, isAlive ? '' : reason);
  }

  /** What may pass is tried again; the rest must not look like an idle consumer. */
  private crashed(thrown: Error): void {
    this.signs.end();
    if (this.isStopping) return;
    const error = coordinatorError(this.kafka, thrown);
    this.listener.state(false, error.message);
    if (error.code !== 'UNAVAILABLE') this.listener.failed(error);
    else if (this.breakdowns.crashed()) this.listener.failed(hopeless(error));
    else this.again = setTimeout(() => this.runAgain(), AGAIN_MS);
  }

  private runAgain(): void {
    this.again = undefined;
    this.run().catch((thrown: unknown) => {
      if (!this.isStopping) this.listener.failed(toBrokerError(thrown));
    });
  }

  private whileRunning(work: () => void): void {
    if (this.isStopping || this.again !== undefined) return;
    try {
      work();
    } catch {
      // It has just crashed: what is paused and where to go on is set again when it joins.
    }
  }
}

/** What no broker refused, kafkajs refused: it is not running. */
function commitError(thrown: unknown): ClipidError {
  const error = toBrokerError(thrown);
  return error.code === 'UNAVAILABLE' || isRefusal(error) ? error : notJoined();
}

function notJoined(): ClipidError {
  return new ClipidError('UNAVAILABLE', 'Kafka: this process is not in its group at the moment.');
}

function hopeless(cause: ClipidError): ClipidError {
  const message = `Reading broke down again and again, each time soon after the group was joined. ${cause.message}`;
  return new ClipidError('BROKER_FAILED', message, { cause, details: cause.details });
}
