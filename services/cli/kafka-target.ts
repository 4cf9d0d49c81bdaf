import type { Command } from 'commander';
import { kafkaConnectionOf, topicNamesOf } from '../composition/kafka-connection.js';
import { loadConfig } from '../config.js';
import { ClipidError } from '../core/errors.js';
import type { KafkaLog } from '../ingest/kafka/client.js';
import type { KafkaConnection, TopicNames } from '../ingest/kafka/connection.js';
import type { Terminal } from './terminal.js';

export interface KafkaFlags {
  readonly brokers?: string;
}

/** Where a command finds Kafka, and what the topics are called. */
export interface KafkaTarget {
  readonly connection: KafkaConnection;
  readonly topics: TopicNames;
}

/** Troubles of the client that a person can do something about; others are part of its work. */
const CONNECTING = /^(Connection |Failed to connect)/;
const ADVICE = 'Give --brokers host:port, or set CLIPID_KAFKA_BROKERS.';

/** Tells whoever waits why: that a broker cannot be reached. Each trouble once. */
export function kafkaNotes(terminal: Terminal): KafkaLog {
  const told = new Set<string>();
  return (facts, message) => {
    const { error } = facts as { error?: unknown };
    const note = `Kafka: ${message}${typeof error === 'string' ? ` (${error})` : ''}`;
    if (!CONNECTING.test(message) || told.has(note)) return;
    told.add(note);
    terminal.note(note);
  };
}

/** `--brokers`; everything else about Kafka comes from CLIPID_KAFKA_*. */
export function addBrokers(command: Command): Command {
  return command.option(
    '--brokers <host:port,...>',
    'Kafka brokers to begin with (default: CLIPID_KAFKA_BROKERS)',
  );
}

/**
 * The brokers that the flag or the environment names.
 * Throws FIELD_INVALID where none are named, or where another setting of Kafka is wrong.
 */
export function kafkaTarget(flags: KafkaFlags): KafkaTarget {
  const config = loadConfig({ kafkaBrokers: flags.brokers });
  const connection = kafkaConnectionOf(config);
  if (connection !== null) return { connection, topics: topicNamesOf(config) };
  const message = `No Kafka brokers are set. ${ADVICE}`;
  throw new ClipidError('FIELD_INVALID', message, { field: 'CLIPID_KAFKA_BROKERS' });
}
