import type { DeadLetters } from '../../ingest/kafka/dead-letters.js';
import type { Context } from '../context.js';
import { kafkaNotes, kafkaTarget, type KafkaFlags } from '../kafka-target.js';

/** The dead letters of the brokers that the flags or the environment name. Throws FIELD_INVALID. */
export async function openLetters(context: Context, flags: KafkaFlags): Promise<DeadLetters> {
  const { connection, topics } = kafkaTarget(flags);
  // Loaded only here: other commands need no client of Kafka.
  const { openDeadLetters } = await import('../../ingest/kafka/dead-letters.js');
  return openDeadLetters(connection, topics, context.signal, kafkaNotes(context.terminal));
}
