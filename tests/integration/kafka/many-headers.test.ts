import { expect, inject, it, vi } from 'vitest';
import { createKafka } from '../../../services/ingest/kafka/client.js';
import { toSourceMessages } from '../../../services/ingest/kafka/consume/source-messages.js';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import type { SourceMessage } from '../../../services/core/source-message.js';

/** As many as fit into a record of a megabyte. */
const HEADERS = 60_000;

it('invariant 8: a record of nothing but headers holds nobody up, and they come in order', async () => {
  const access = inject('sharedKafka');
  const topics = await ClipTopics.make(access, { partitions: 1 });
  const many = Object.fromEntries(Array.from({ length: HEADERS }, (_, i) => [`h${i}`, 'x']));
  await topics.sendRaw(Buffer.from('many'), many);
  await topics.sendRaw(Buffer.from('few'), { b: '1', constructor: '2', a: '3', toString: '4' });
  const connection = { clientId: 'test', brokers: access.brokers, tls: null, sasl: null };
  const consumer = createKafka(connection, () => undefined).consumer({ groupId: topics.group });
  const seen: SourceMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: topics.names.clips, fromBeginning: true });
  const startedMs = performance.now();
  await consumer.run({
    eachBatch: ({ batch: { topic, partition, messages } }) => {
      seen.push(...toSourceMessages(topic, partition, messages));
      return Promise.resolve();
    },
  });
  await vi.waitFor(() => expect(seen).toHaveLength(2), { timeout: 30_000, interval: 50 });
  // In quadratic time it is minutes; this is no measure of speed.
  expect(performance.now() - startedMs).toBeLessThan(25_000);
  expect(seen[0]?.headers).toHaveLength(HEADERS);
  const texts = seen[1]?.headers.map(([name, value]) => `${name}=${Buffer.from(value).toString()}`);
  expect(texts).toEqual(['b=1', 'constructor=2', 'a=3', 'toString=4']);
  await consumer.disconnect();
  await topics.close();
});
