// By default: of kafkajs' names only a few can be imported one by one.
import kafkajs, { type Kafka, type KafkaConfig, type logCreator, type SASLOptions } from 'kafkajs';
import type { KafkaConnection } from './connection.js';

const CONNECT_MS = 5000;
const REQUEST_MS = 30_000;

/** Told of what kafkajs complains of, with facts and never a payload. */
export type KafkaLog = (facts: object, message: string) => void;

/** kafkajs calls much an error that passes by itself: it is all a warning to us. */
function logInto(log: KafkaLog): logCreator {
  return () => (entry) => {
    const { error, groupId, topic, partition, broker } = entry.log as Record<string, unknown>;
    const facts = { part: entry.namespace, error, groupId, topic, partition, broker };
    log(facts, entry.log.message);
  };
}

function sslOf(tls: KafkaConnection['tls']): KafkaConfig['ssl'] {
  if (tls === null) return false;
  const { ca, cert, key } = tls;
  return {
    ...(ca !== null && { ca: [ca] }),
    ...(cert !== null && { cert }),
    ...(key !== null && { key }),
  };
}

/** A client that tries for about a minute before it gives a call up. Connects to nothing yet. */
export function createKafka(connection: KafkaConnection, log: KafkaLog): Kafka {
  const { clientId, brokers, tls, sasl } = connection;
  return new kafkajs.Kafka({
    clientId,
    brokers: [...brokers],
    ssl: sslOf(tls) ?? false,
    ...(sasl !== null && { sasl: { ...sasl } as SASLOptions }),
    connectionTimeout: CONNECT_MS,
    authenticationTimeout: CONNECT_MS * 2,
    requestTimeout: REQUEST_MS,
    retry: { initialRetryTime: 200, maxRetryTime: 5000, retries: 15 },
    logLevel: kafkajs.logLevel.WARN,
    logCreator: logInto(log),
  });
}
