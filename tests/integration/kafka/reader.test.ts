import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import type { ClipidError } from '../../../services/core/errors.js';
import { createKafka } from '../../../services/ingest/kafka/client.js';
import type { Partition } from '../../../services/ingest/kafka/consume/partition.js';
import { TopicReader } from '../../../services/ingest/kafka/consume/topic-reader.js';
import { sendMessages } from '../../../services/ingest/kafka/send-messages.js';
import { connectionTo, noLog } from '../../helpers/kafka/connection.js';
import { createTopic } from '../../helpers/kafka/topics.js';

const WAIT = { timeout: 30_000, interval: 50 };
const SESSION_MS = 6000;
const kafka = createKafka(connectionTo(inject('sharedKafka')), noLog);

/** A reader that takes nothing unless told to. */
class Bench {
  readonly taken: string[] = [];
  readonly failures: ClipidError[] = [];
  readonly states: string[] = [];
  readonly reader: TopicReader;

  constructor(
    readonly topic: string,
    groupId: string,
  ) {
    const options = { groupId, topics: [topic], sessionMs: SESSION_MS };
    this.reader = new TopicReader(kafka, options, {
      assigned: () => undefined,
      available: () => undefined,
      failed: (error) => this.failures.push(error),
      state: (isJoined, reason) => this.states.push(isJoined ? 'joined' : reason),
    });
    onTestFinished(() => this.reader.stop());
  }

  get partitions(): number[] {
    return this.reader
      .partitions()
      .map((one: Partition) => one.partition)
      .sort();
  }

  take(): void {
    for (const partition of this.reader.partitions()) {
      for (let next = this.reader.peek(partition); next; next = this.reader.peek(partition)) {
        this.taken.push(`${partition.partition}/${next.offset}`);
        this.reader.shift(partition);
      }
    }
  }
}

async function fill(client: Kafka, topic: string, count: number): Promise<void> {
  const keys = Array.from({ length: count }, (_, i) => `key ${i}`);
  await sendMessages(
    client,
    topic,
    keys.map((key) => ({ key, value: Buffer.from(key) })),
  );
}

describe('a partition that waits with messages, is lost and comes back', () => {
  it('is read on', async () => {
    const topic = await createTopic(inject('sharedKafka'), { partitions: 2 });
    await fill(kafka, topic, 20);
    const groupId = `reader-${randomUUID()}`;
    const first = new Bench(topic, groupId);
    await first.reader.start();
    const isFull = (): boolean =>
      first.partitions.length === 2 &&
      first.reader.partitions().every((one) => first.reader.peek(one) !== undefined);
    await vi.waitFor(() => expect(isFull()).toBe(true), WAIT);
    const second = new Bench(topic, groupId);
    await second.reader.start();
    await vi.waitFor(() => expect(first.partitions).toHaveLength(1), WAIT);
    await second.reader.stop();
    await vi.waitFor(() => expect(first.partitions).toHaveLength(2), WAIT);
    await vi.waitFor(() => {
      first.take();
      expect(new Set(first.taken).size).toBe(20);
    }, WAIT);
  });
});
