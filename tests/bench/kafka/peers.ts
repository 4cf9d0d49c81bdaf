import kafkajs, { type Kafka, type Producer } from 'kafkajs';
import type { Subject } from './subject.js';

/** kafkajs by itself, as its documentation has it: batches, each committed once it was looked at. */
export function plainConsumer(kafka: Kafka, topic: string, messages: number): Subject {
  return {
    name: 'kafkajs alone',
    messages,
    start: async (groupId) => {
      const consumer = kafka.consumer({ groupId });
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({ eachBatch: () => Promise.resolve() });
      return () => consumer.disconnect();
    },
  };
}

/**
 * kafkajs with a transaction for each message, as one would write it: a record to `to` and the offset,
 * all or nothing. A producer for each partition, as a producer has one transaction at a time.
 */
export function plainTransactions(
  kafka: Kafka,
  { from, to }: { readonly from: string; readonly to: string },
  { messages, concurrency }: { readonly messages: number; readonly concurrency: number },
): Subject {
  const start = async (groupId: string): Promise<() => Promise<void>> => {
    const consumer = kafka.consumer({ groupId });
    const producers = new Map<number, Promise<Producer>>();
    await consumer.connect();
    await consumer.subscribe({ topic: from, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: concurrency,
      eachMessage: async ({ partition, message }) => {
        const known = producers.get(partition) ?? openProducer(kafka, `${groupId}-${partition}`);
        producers.set(partition, known);
        const transaction = await (await known).transaction();
        await transaction.send({
          topic: to,
          messages: [{ key: message.key, value: message.value }],
        });
        const partitions = [{ partition, offset: String(Number(message.offset) + 1) }];
        const topics = [{ topic: from, partitions }];
        await transaction.sendOffsets({ consumerGroupId: groupId, topics });
        await transaction.commit();
      },
    });
    return async () => {
      await consumer.disconnect();
      await Promise.all([...producers.values()].map(async (one) => (await one).disconnect()));
    };
  };
  return { name: `kafkajs, a transaction each, ${concurrency} at a time`, messages, start };
}

async function openProducer(kafka: Kafka, transactionalId: string): Promise<Producer> {
  const producer = kafka.producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  return producer;
}
