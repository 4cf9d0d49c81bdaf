import type { KafkaAccess } from './connect.js';

const NOT_OURS = 'KAFKA_BROKERS names brokers that are not ours to secure, kill or restart';

/** The brokers that KAFKA_BROKERS names (host:port, separated by commas), plain and without login. */
export function externalKafka(): KafkaAccess | undefined {
  const names = process.env['KAFKA_BROKERS']?.split(',') ?? [];
  const brokers = names.map((name) => name.trim()).filter((name) => name !== '');
  return brokers.length === 0 ? undefined : { brokers };
}

/** For tests that need brokers of their own; call it first, with the test context's `skip`. */
export function skipWithoutOwnBrokers(skip: (condition: boolean, note: string) => void): void {
  skip(externalKafka() !== undefined, NOT_OURS);
}

export function refuseExternal(): never {
  throw new Error(`${NOT_OURS}: call skipWithoutOwnBrokers first`);
}
