import kafkajs, { type Admin } from 'kafkajs';
import { brokerErrorTypes } from './broker-errors.js';
import type { ActualTopic } from './topic-differences.js';

/**
 * Those of the topics that are there and that this user may see. Throws what kafkajs throws, but for a
 * missing right to see the settings of a topic.
 */
export async function readTopics(
  admin: Admin,
  names: readonly string[],
): Promise<ReadonlyMap<string, ActualTopic>> {
  // All of them: asked for by name, a missing one would be an error.
  const { topics } = await admin.fetchTopicMetadata();
  const found = new Map<string, ActualTopic>();
  for (const { name, partitions } of topics) {
    if (!names.includes(name)) continue;
    const replicas = Math.min(...partitions.map((partition) => partition.replicas.length));
    const settings = await settingsOf(admin, name);
    found.set(name, { name, partitions: partitions.length, replicas, settings });
  }
  return found;
}

async function settingsOf(admin: Admin, name: string): Promise<ActualTopic['settings']> {
  const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }];
  try {
    const described = await admin.describeConfigs({ resources, includeSynonyms: false });
    const entries = described.resources.flatMap(({ configEntries }) => configEntries);
    return Object.fromEntries(entries.map((entry) => [entry.configName, entry.configValue]));
  } catch (thrown) {
    if (brokerErrorTypes(thrown).some((type) => type.endsWith('AUTHORIZATION_FAILED'))) return null;
    throw thrown;
  }
}
