import type { Kafka } from 'kafkajs';
import { onTestFinished } from 'vitest';
import type { ClipidError } from '../../../services/core/errors.js';
import { createKafka } from '../../../services/ingest/kafka/client.js';
import { TopicReader } from '../../../services/ingest/kafka/consume/topic-reader.js';
import { sendMessages } from '../../../services/ingest/kafka/send-messages.js';
import { connectionTo, noLog } from '../../helpers/kafka/connection.js';
import type { KafkaAccess } from '../../helpers/kafka/connect.js';

/** What the brokers allow as the shortest. */
const SESSION_MS = 6000;

/** A reader that takes nothing unless it is told to, and remembers what it was told. */
export class ReaderBench {
  readonly taken: string[] = [];
  readonly failures: ClipidError[] = [];
  readonly states: string[] = [];
  readonly reader: TopicReader;

  constructor(kafka: Kafka, topic: string, groupId: string, onAssigned = (): void => undefined) {
    const options = { groupId, topics: [topic], sessionMs: SESSION_MS };
    this.reader = new TopicReader(kafka, options, {
      assigned: onAssigned,
      available: () => undefined,
      failed: (error) => this.failures.push(error),
      state: (isJoined, reason) => this.states.push(isJoined ? 'joined' : reason),
    });
    onTestFinished(() => this.reader.stop());
  }

  get partitions(): number[] {
    return this.reader.partitions().map(({ partition }) => partition);
  }

  /** Whether something waits in each of its partitions. */
  get isFull(): boolean {
    return this.reader.partitions().every((one) => this.reader.peek(one) !== undefined);
  }

  /** Everything that came until now: `0/17`. */
  take(): string[] {
    for (const partition of this.reader.partitions()) {
      for (let next = this.reader.peek(partition); next; next = this.reader.peek(partition)) {
        this.taken.push(`${partition.partition}/${next.offset}`);
        this.reader.shift(partition);
      }
    }
    return this.taken;
  }
}

export function quietKafka(access: KafkaAccess): Kafka {
  return createKafka(connectionTo(access), noLog);
}

/** Messages with keys of all kinds. */
export async function fill(kafka: Kafka, topic: string, count: number): Promise<void> {
  const keys = Array.from({ length: count }, (_, i) => `key ${i}`);
  const messages = keys.map((key) => ({ key, value: Buffer.from(key.repeat(10)) }));
  await sendMessages(kafka, topic, messages);
}
