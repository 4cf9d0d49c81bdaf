import { randomUUID } from 'node:crypto';
import { onTestFinished, vi } from 'vitest';
import { runFake, type Ended } from '../../unit/cli/fakes.js';
import type { KafkaAccess } from './connect.js';

/** Names that no other test has, by their variable. */
export interface TopicVariables {
  readonly prefix: string;
  readonly variables: Readonly<Record<string, string>>;
}

export function ownTopics(prefix = `test-${randomUUID().slice(0, 8)}`): TopicVariables {
  const topics = {
    CLIPS: 'clips',
    DEAD_LETTER: 'dlq',
    IDENTIFICATIONS: 'ids',
    STATUS: 'status',
    TRACKS: 'tracks',
    GALLERY: 'gallery',
  };
  const variables = Object.entries(topics).map(([name, ending]) => [
    `CLIPID_KAFKA_${name}_TOPIC`,
    `${prefix}.${ending}`,
  ]);
  return {
    prefix,
    variables: {
      ...(Object.fromEntries(variables) as Record<string, string>),
      CLIPID_KAFKA_RETRY_SECONDS: '5',
      CLIPID_KAFKA_GROUP: prefix,
    },
  };
}

/** `clipid kafka` with these brokers and variables. */
export function kafkaCommand(
  { brokers }: Pick<KafkaAccess, 'brokers'>,
  variables: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ended> {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  return runFake(['kafka', ...args, '--brokers', brokers.join(',')]);
}

/** The documents that --json printed. */
export function documentsOf({ results }: Ended): readonly Record<string, unknown>[] {
  return results.map((line) => JSON.parse(line) as Record<string, unknown>);
}
