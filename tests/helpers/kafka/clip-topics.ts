import { randomUUID } from 'node:crypto';
import type { Kafka, ProducerBatch } from 'kafkajs';
import type { Settings } from '../../../services/config.js';
import {
  ClipStatusEvent,
  ClipSubmitted,
  IdentificationEvent,
} from '../../../services/gen/clipid/v1/events.js';
import { CompleteSend } from '../../../services/ingest/kafka/complete-send.js';
import { connectKafka, type KafkaAccess } from './connect.js';
import { topicEnds, waitForTopics } from './topics.js';

export interface ClipTopicsOptions {
  readonly partitions?: number;
  readonly priority?: boolean;
  readonly retrySeconds?: readonly number[];
}

/** A record as tests look at it. */
export interface SeenRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Topics and a group that no other test has, and a client to write to them and look into them. */
export class ClipTopics {
  readonly id = randomUUID().slice(0, 8);
  readonly group = `group-${this.id}`;
  readonly kafka: Kafka;
  readonly names: Record<
    'clips' | 'priority' | 'dlq' | 'identifications' | 'status' | 'tracks',
    string
  >;
  private readonly complete = new CompleteSend();
  private readonly producer;

  private constructor(
    private readonly access: KafkaAccess,
    private readonly options: ClipTopicsOptions,
  ) {
    this.kafka = connectKafka(access);
    const name = (what: string): string => `${what}-${this.id}`;
    this.names = {
      clips: name('clips'),
      priority: name('priority'),
      dlq: name('dlq'),
      identifications: name('identifications'),
      status: name('status'),
      tracks: name('tracks'),
    };
    this.producer = this.kafka.producer({
      idempotent: true,
      createPartitioner: this.complete.createPartitioner,
    });
  }

  static async make(access: KafkaAccess, options: ClipTopicsOptions = {}): Promise<ClipTopics> {
    const made = new ClipTopics(access, options);
    const { partitions = 3 } = options;
    const topics = [...Object.values(made.names), ...made.retryTopics];
    const admin = made.kafka.admin();
    await admin.connect();
    await admin.createTopics({
      topics: topics.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: -1 })),
      waitForLeaders: false,
    });
    await waitForTopics(admin, topics);
    await admin.disconnect();
    await made.producer.connect();
    return made;
  }

  get retryTopics(): string[] {
    const waits = this.options.retrySeconds ?? [1, 2];
    return waits.map((_, i) => `${this.names.clips}.retry.${i + 1}`);
  }

  /** For a service's config. */
  get settings(): Settings {
    return {
      kafkaBrokers: this.access.brokers.join(','),
      kafkaGroup: this.group,
      kafkaClipsTopic: this.names.clips,
      ...(this.options.priority === true && { kafkaPriorityTopic: this.names.priority }),
      kafkaDeadLetterTopic: this.names.dlq,
      kafkaIdentificationsTopic: this.names.identifications,
      kafkaStatusTopic: this.names.status,
      kafkaTracksTopic: this.names.tracks,
      kafkaRetrySeconds: (this.options.retrySeconds ?? [1, 2]).join(','),
      kafkaSessionSeconds: 6,
    };
  }

  /** Sends clips; the key is the clip's id, as for whoever uses it. */
  async submit(
    clips: readonly Partial<ClipSubmitted>[],
    topic = this.names.clips,
    headers: Record<string, string> = {},
  ): Promise<void> {
    const messages = clips.map((clip) => {
      const whole = ClipSubmitted.fromPartial(clip);
      const value = Buffer.from(ClipSubmitted.encode(whole).finish());
      return { key: whole.clipId === '' ? null : whole.clipId, value, headers };
    });
    await this.sendAll({ acks: -1, topicMessages: [{ topic, messages }] });
  }

  /** Until all are there; some may be there twice then, as with any producer. */
  private async sendAll(batch: ProducerBatch): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.complete.send(this.producer, batch);
        return;
      } catch (thrown) {
        if (tries === 10) throw thrown;
      }
    }
  }

  async sendRaw(
    value: Buffer | null,
    headers: Record<string, string> = {},
    key = 'raw',
  ): Promise<void> {
    await this.producer.send({ topic: this.names.clips, messages: [{ key, value, headers }] });
  }

  /** Everything committed in a topic at this moment, in order of partition and offset. */
  read(topic: string): Promise<SeenRecord[]> {
    return readWhole(this.kafka, topic);
  }

  async statuses(): Promise<ClipStatusEvent[]> {
    return (await this.read(this.names.status)).map((one) =>
      ClipStatusEvent.decode(one.value ?? Buffer.of()),
    );
  }

  async identifications(): Promise<IdentificationEvent[]> {
    return (await this.read(this.names.identifications)).map((one) =>
      IdentificationEvent.decode(one.value ?? Buffer.of()),
    );
  }

  /** What the group has committed, by partition; -1 where nothing was. */
  async committed(topic = this.names.clips, groupId = this.group): Promise<number[]> {
    const admin = this.kafka.admin();
    await admin.connect();
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    await admin.disconnect();
    return [...(found?.partitions ?? [])]
      .sort((a, b) => a.partition - b.partition)
      .map((one) => Number(one.offset));
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }
}

/** Reads with a group of its own, from the first record to the last committed one. */
async function readWhole(kafka: Kafka, topic: string): Promise<SeenRecord[]> {
  const ends = await topicEnds(kafka, topic);
  if (ends.every((end) => end.high === end.low)) return [];
  const groupId = `reader-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  // By place: a reader that joins its group again reads again, which makes no second record.
  const seen = new Map<string, SeenRecord>();
  const at = new Map(ends.map(({ partition, low }) => [partition, low]));
  const isDone = (): boolean => ends.every((end) => (at.get(end.partition) ?? 0) >= end.high);
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    // Batches that hold nothing but the marks of transactions come to no handler, only to this event.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      at.set(payload.partition, Number(payload.lastOffset) + 1);
      if (isDone()) resolve();
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer
      .run({
        autoCommit: false,
        eachMessage: ({ partition, message }) => {
          const { offset, key, value, headers } = message;
          const texts = Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]);
          const named = Object.fromEntries(texts) as Record<string, string>;
          const keyText = key === null ? null : key.toString();
          const record = { partition, offset: Number(offset), key: keyText, value, headers: named };
          seen.set(`${partition}/${offset}`, record);
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return [...seen.values()].sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}
