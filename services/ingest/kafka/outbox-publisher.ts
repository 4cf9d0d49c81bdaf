import { setTimeout as delay } from 'node:timers/promises';
import type { Kafka, Message, Producer, TopicMessages } from 'kafkajs';
import { ClipidError, toClipidError } from '../../core/errors.js';
import type { GalleryStore, OutboxRow, OutboxTopic } from '../../gallery/port.js';
import { toBrokerError } from './broker-errors.js';
import { CompleteSend } from './complete-send.js';
import { inBatches, toKafkaMessage } from './consume/source-messages.js';

export interface PublisherOptions {
  readonly topics: Readonly<Record<OutboxTopic, string>>;
  /** How long events may still leave when the process ends. */
  readonly flushMs: number;
}

export interface PublisherListener {
  /** Events that the brokers have acknowledged. */
  sent(topic: string, count: number): void;
  /** They stay in the outbox and are sent again; undefined once the brokers take them again. */
  troubled(error: ClipidError | undefined): void;
  /** The store failed: nothing leaves any more. */
  failed(error: ClipidError): void;
}

type OutboxStore = Pick<GalleryStore, 'outbox' | 'deleteOutbox'>;

const BATCH = 500;
/** An idle publisher looks this often: whoever writes into the outbox need not know it. */
const IDLE_MS = 100;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Sends what waits in the outbox, in order, and deletes it once every in-sync replica has it. A crash
 * between the two sends it again: at least once, with the same event id.
 */
export class OutboxPublisher {
  private readonly stop = new AbortController();
  private readonly complete = new CompleteSend();
  private producer: Producer | undefined;
  private loop = Promise.resolve();
  private isTroubled = false;
  private isClosed = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly store: OutboxStore,
    private readonly options: PublisherOptions,
    private readonly listener: PublisherListener,
  ) {}

  start(): void {
    this.loop = this.run().catch((thrown: unknown) => {
      // A send that comes back when all is over finds the store closed.
      if (!this.isClosed) this.listener.failed(toClipidError(thrown));
    });
  }

  /** Sends what is left, as long as it may take; the rest leaves at the next start. */
  async close(): Promise<void> {
    const giveUpAtMs = performance.now() + this.options.flushMs;
    this.stop.abort();
    await Promise.race([this.loop, delay(this.options.flushMs, undefined, { ref: false })]);
    while (performance.now() < giveUpAtMs && (await this.sendNext(giveUpAtMs - performance.now())));
    this.isClosed = true;
    await this.disconnect();
  }

  private async run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.stop.signal.aborted) {
      const sent = await this.sendNext(Number.POSITIVE_INFINITY);
      pauseMs = this.isTroubled ? Math.min(LONGEST_PAUSE_MS, pauseMs * 2) : FIRST_PAUSE_MS;
      if (!sent) await this.sleep(this.isTroubled ? pauseMs : IDLE_MS);
    }
  }

  /** False where there was nothing to send, or it could not be sent. Throws nothing but of the store. */
  private async sendNext(withinMs: number): Promise<boolean> {
    const [rows] = inBatches(this.store.outbox(BATCH), sizeOf);
    if (rows === undefined || !(await this.trySending(rows, withinMs))) return false;
    this.store.deleteOutbox(rows.map((row) => row.eventId));
    this.tell(rows);
    return true;
  }

  private async trySending(rows: readonly OutboxRow[], withinMs: number): Promise<boolean> {
    try {
      return await within(
        this.send(rows).then(() => true as const),
        withinMs,
      );
    } catch (thrown) {
      this.isTroubled = true;
      this.listener.troubled(toBrokerError(thrown));
      await this.disconnect();
      return false;
    }
  }

  private async send(rows: readonly OutboxRow[]): Promise<void> {
    this.producer ??= await this.connect();
    await this.complete.send(this.producer, {
      acks: -1,
      topicMessages: this.toTopicMessages(rows),
    });
  }

  /** Idempotent: its own retries write nothing twice. */
  private async connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: this.complete.createPartitioner,
    });
    await producer.connect();
    if (!this.isClosed) return producer;
    await producer.disconnect();
    throw new ClipidError('UNAVAILABLE', 'The process ends.');
  }

  private async disconnect(): Promise<void> {
    const { producer } = this;
    this.producer = undefined;
    await producer?.disconnect().catch(() => undefined);
  }

  private toTopicMessages(rows: readonly OutboxRow[]): TopicMessages[] {
    const topics = [...new Set(rows.map((row) => row.topic))];
    return topics.map((topic) => ({
      topic: this.options.topics[topic],
      messages: rows.filter((row) => row.topic === topic).map(toMessage),
    }));
  }

  private tell(rows: readonly OutboxRow[]): void {
    if (this.isTroubled) this.listener.troubled(undefined);
    this.isTroubled = false;
    for (const { topic, messages } of this.toTopicMessages(rows))
      this.listener.sent(topic, messages.length);
  }

  private async sleep(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stop.signal }).catch(() => undefined);
  }
}

function toMessage({ key, payload, headers, createdMs }: OutboxRow): Message {
  const timestamp = String(Math.round(createdMs));
  return { ...toKafkaMessage({ key, value: payload, headers }), timestamp };
}

function sizeOf({ payload, headers }: OutboxRow): number {
  return headers.reduce((sum, [, value]) => sum + value.length, payload?.length ?? 0);
}

/** False when time ran out first. */
async function within(work: Promise<true>, ms: number): Promise<boolean> {
  if (!Number.isFinite(ms)) return work;
  work.catch(() => undefined);
  return Promise.race([work, delay(ms, false, { ref: false })]);
}
