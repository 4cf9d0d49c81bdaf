import type { Kafka } from 'kafkajs';
import { toBrokerError } from './broker-errors.js';
import { CompleteSend } from './complete-send.js';

/** A message for one topic. */
export interface OutgoingMessage {
  /** Messages of one key keep their order. */
  readonly key: string;
  readonly value: Uint8Array;
}

/**
 * Sends, and resolves once every in-sync replica has them all. Throws BROKER_FAILED, UNAVAILABLE; then
 * some may have been sent.
 */
export async function sendMessages(
  kafka: Kafka,
  topic: string,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  const complete = new CompleteSend();
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: complete.createPartitioner,
  });
  try {
    await producer.connect();
    const inBytes = messages.map(({ key, value }) => ({ key, value: Buffer.from(value) }));
    await complete.send(producer, { acks: -1, topicMessages: [{ topic, messages: inBytes }] });
  } catch (thrown) {
    throw toBrokerError(thrown);
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}
