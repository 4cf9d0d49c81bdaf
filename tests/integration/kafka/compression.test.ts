import kafkajs, { type KafkaMessage } from 'kafkajs';
import { describe, expect, inject, it, vi } from 'vitest';
import { createKafka } from '../../../services/ingest/kafka/client.js';
import { BOUNDS } from '../../../services/ingest/kafka/codecs/bounded.js';
import { unreadable } from '../../../services/ingest/kafka/codecs/unreadable.js';
import { toSourceMessages } from '../../../services/ingest/kafka/consume/source-messages.js';
import { connectionTo, noLog } from '../../helpers/kafka/connection.js';
import { skipWithoutOwnBrokers } from '../../helpers/kafka/external.js';
import { sendFromJava } from '../../helpers/kafka/java-producer.js';
import { createTopic } from '../../helpers/kafka/topics.js';

const { GZIP, Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;
const codecs: Readonly<Record<number, () => unknown>> = kafkajs.CompressionCodecs;
const LINES = Array.from({ length: 2000 }, (_, i) => `clip ${i} of camera ${i % 7}`);

const access = inject('sharedKafka');
const kafka = createKafka(connectionTo(access), noLog);

/** The first `count` messages of a topic with one partition, in order. */
async function read(topic: string, count: number): Promise<readonly KafkaMessage[]> {
  const consumer = kafka.consumer({ groupId: `${topic}-readers`, maxWaitTimeInMs: 200 });
  const messages: KafkaMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => Promise.resolve(void messages.push(message)),
  });
  await vi.waitFor(() => expect(messages.length).toBeGreaterThanOrEqual(count), 30_000);
  await consumer.disconnect();
  return messages;
}

describe('compressed messages', () => {
  it.for([
    ['gzip', GZIP],
    ['snappy', Snappy],
    ['lz4', LZ4],
    ['zstd', ZSTD],
  ] as const)('%s of a Java producer is read', async ([name, type], { skip }) => {
    skipWithoutOwnBrokers(skip); // where these run, there may be no Java
    const topic = await createTopic(access);
    await sendFromJava(access, topic, name, LINES);
    const codec = codecs[type]?.() as { decompress: () => unknown };
    const decompress = vi.spyOn(codec, 'decompress');
    const messages = await read(topic, LINES.length);
    expect(messages.map(({ value }) => String(value))).toEqual(LINES);
    expect(decompress).toHaveBeenCalled();
  });

  it('what clipid writes with gzip is read', async () => {
    const topic = await createTopic(access);
    await send(topic, LINES);
    const messages = await read(topic, LINES.length);
    expect(messages.map(({ value }) => String(value))).toEqual(LINES);
  });

  it('invariant 8: a bomb is one message that says so, and reading goes on behind it', async () => {
    const topic = await createTopic(access);
    await send(topic, ['before']);
    await send(topic, ['\0'.repeat(BOUNDS.batchBytes), 'in the same batch']);
    await send(topic, ['behind']);
    const messages = toSourceMessages(topic, 0, await read(topic, 4));
    expect(messages.map((message) => unreadable(message)?.code)).toEqual([
      undefined,
      'LIMIT_EXCEEDED',
      'LIMIT_EXCEEDED',
      undefined,
    ]);
    expect(messages.map(({ offset }) => offset)).toEqual([0, 1, 2, 3]);
    expect(String(messages[3]?.value)).toBe('behind');
  });
});

async function send(topic: string, values: readonly string[]): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  const messages = values.map((value) => ({ value }));
  await producer.send({ topic, acks: -1, compression: GZIP, messages });
  await producer.disconnect();
}
