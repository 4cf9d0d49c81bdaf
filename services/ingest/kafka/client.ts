import type { ConnectionOptions as TlsOptions } from 'node:tls';
// By default: of kafkajs' names only a few can be imported one by one.
import kafkajs, { type Kafka, type logCreator, type SASLOptions } from 'kafkajs';
import { registerCodecs } from './codecs/register.js';
import type { KafkaConnection } from './connection.js';
import { CoordinatorAnswers, keepAnswers } from './coordinator-refusal.js';
import { readHeadersInLinearTime } from './linear-headers.js';

const CONNECT_MS = 5000;
const REQUEST_MS = 30_000;
const RETRIES = 15;
/** What we send again after that has a name by which it is known: an event's id, a transaction's end. */
const LIMITED_RETRIES = 'Limiting retries for the idempotent producer';

/** Told of what kafkajs complains of, with facts and never a payload. */
export type KafkaLog = (facts: object, message: string) => void;

/** kafkajs calls much an error that passes by itself: it is all a warning to us. */
function logInto(log: KafkaLog, answers: CoordinatorAnswers): logCreator {
  return () => (entry) => {
    if (entry.log.message.startsWith(LIMITED_RETRIES)) return;
    const { error, groupId, topic, partition, broker } = entry.log as Record<string, unknown>;
    answers.note(entry.log.message, error);
    const facts = { part: entry.namespace, error, groupId, topic, partition, broker };
    log(facts, entry.log.message);
  };
}

/** The certificates in Node's words. */
export function tlsOptions({ ca, cert, key }: NonNullable<KafkaConnection['tls']>): TlsOptions {
  return {
    ...(ca !== null && { ca: [ca] }),
    ...(cert !== null && { cert }),
    ...(key !== null && { key }),
  };
}

/**
 * A client that tries for about a minute before it gives a call up, or less often than that, and
 * reads every compression. Connects to nothing yet.
 */
export function createKafka(
  connection: KafkaConnection,
  log: KafkaLog,
  retries: number = RETRIES,
): Kafka {
  registerCodecs();
  readHeadersInLinearTime();
  const { clientId, brokers, tls, sasl } = connection;
  const answers = new CoordinatorAnswers();
  const kafka = new kafkajs.Kafka({
    clientId,
    brokers: [...brokers],
    ssl: tls === null ? false : tlsOptions(tls),
    ...(sasl !== null && { sasl: { ...sasl } as SASLOptions }),
    connectionTimeout: CONNECT_MS,
    authenticationTimeout: CONNECT_MS * 2,
    requestTimeout: REQUEST_MS,
    retry: { initialRetryTime: 200, maxRetryTime: 5000, retries },
    logLevel: kafkajs.logLevel.WARN,
    logCreator: logInto(log, answers),
  });
  return keepAnswers(kafka, answers);
}
