import type { TopicOutcome } from '../../ingest/kafka/create-topics.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { kafkaNotes, kafkaTarget, type KafkaFlags } from '../kafka-target.js';
import { printDocuments } from '../print-documents.js';

export interface InitFlags extends KafkaFlags {
  readonly partitions?: number;
  readonly replicas?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Creates what is missing and says how the rest differs from the plan. */
export async function initKafka(context: Context, flags: InitFlags): Promise<ExitCode> {
  const { connection, topics } = kafkaTarget(flags);
  const { createKafka } = await import('../../ingest/kafka/client.js');
  const { createTopics } = await import('../../ingest/kafka/create-topics.js');
  const { planTopics } = await import('../../ingest/kafka/topic-plan.js');
  const kafka = createKafka(connection, kafkaNotes(context.terminal));
  const plan = planTopics(topics, flags.partitions);
  const options = { replicas: flags.replicas, isDryRun: flags.dryRun };
  print(context, await createTopics(kafka, plan, options), flags.json);
  return EXIT.ok;
}

function print(
  { terminal }: Context,
  outcomes: readonly TopicOutcome[],
  json: boolean | undefined,
): void {
  if (json === true) {
    for (const outcome of outcomes) terminal.result(JSON.stringify(toJson(outcome)));
    return;
  }
  const rows = outcomes.map(({ topic, state, partitions, replicas }) => {
    return { topic: topic.name, state: STATES[state], partitions, replicas, why: topic.why };
  });
  printDocuments(terminal, rows, false, '');
  for (const { topic, differences } of outcomes)
    for (const text of differences) terminal.note(`${topic.name}: ${text}.`);
}

const STATES = { CREATED: 'created', EXISTS: 'was there', MISSING: 'would be created' } as const;

function toJson({ topic, ...outcome }: TopicOutcome): object {
  const { name, settings, why } = topic;
  return { topic: name, ...outcome, plannedSettings: settings, why };
}
