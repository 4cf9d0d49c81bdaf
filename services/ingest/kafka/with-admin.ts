import type { Admin, Kafka } from 'kafkajs';
import { toBrokerError } from './broker-errors.js';

/** Runs `work` with a connection for asking the brokers, and closes it. Throws as `toBrokerError` says. */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (thrown) {
    throw toBrokerError(thrown);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Throws BROKER_FAILED at once where the topic is missing: other calls of the client try for a minute. */
export async function requireTopic(admin: Admin, topic: string): Promise<void> {
  await admin.fetchTopicMetadata({ topics: [topic] });
}
