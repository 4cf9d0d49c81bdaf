import type { TestProject } from 'vitest/node';
import type { KafkaAccess } from './connect.js';
import { startKafka } from './start-kafka.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The node that all tests of a run share: `inject('sharedKafka')`. */
    readonly sharedKafka: KafkaAccess;
  }
}

/**
 * Vitest's globalSetup for the project of the tests with Kafka: one plain node for the whole run,
 * because a start costs seconds. Tests keep apart by topics and groups of their own (topics.ts).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kafka = await startKafka();
  project.provide('sharedKafka', { brokers: kafka.brokers });
  return () => kafka.stop();
}
