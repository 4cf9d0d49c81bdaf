import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
// By default: of kafkajs' names only a few can be imported one by one, and no error is among them.
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { connectKafka, type KafkaAccess } from './connect.js';

const LEADERS_LIMIT_MS = 30_000;
const PAUSE_MS = 50;
const NOT_YET: ReadonlySet<string> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
]);

export interface TopicOptions {
  readonly partitions?: number;
  /** By default what the brokers are set to: as many as there are nodes. */
  readonly replicas?: number;
  /** Kafka's topic settings, such as 'cleanup.policy'. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A new topic that no other test has; resolves to its name when every partition has a leader. */
export async function createTopic(
  access: KafkaAccess,
  options: TopicOptions = {},
): Promise<string> {
  const topic = `test-${randomUUID()}`;
  const admin = connectKafka(access).admin();
  await admin.connect();
  try {
    await admin.createTopics({
      topics: [{ topic, ...inKafkasWords(options) }],
      waitForLeaders: false,
    });
    await waitForLeaders(admin, topic);
  } finally {
    await admin.disconnect();
  }
  return topic;
}

/**
 * In place of kafkajs' own wait, which fails when it asks a broker that has not heard of the new
 * topic yet: of three, one often has not.
 */
async function waitForLeaders(admin: Admin, topic: string): Promise<void> {
  const giveUpAtMs = Date.now() + LEADERS_LIMIT_MS;
  for (;;) {
    const leaders = await leadersOf(admin, topic);
    if (leaders.length > 0 && leaders.every((leader) => leader >= 0)) return;
    if (Date.now() > giveUpAtMs) throw new Error(`${topic} has no leaders: ${leaders.join(', ')}`);
    await delay(PAUSE_MS);
  }
}

async function leadersOf(admin: Admin, topic: string): Promise<readonly number[]> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics.flatMap(({ partitions }) => partitions.map(({ leader }) => leader));
  } catch (error) {
    if (error instanceof kafkajs.KafkaJSProtocolError && NOT_YET.has(error.type)) return [];
    throw error;
  }
}

function inKafkasWords({ partitions = 1, replicas = -1, settings = {} }: TopicOptions) {
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  return { numPartitions: partitions, replicationFactor: replicas, configEntries };
}

/** Resolves when every partition of all of them has a leader. */
export async function waitForTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  for (const topic of topics) await waitForLeaders(admin, topic);
}

export interface TopicEnd {
  readonly partition: number;
  /** The first offset that is there. */
  readonly low: number;
  /** The offset behind the last one. */
  readonly high: number;
}

/** Where each partition of a topic begins and ends at this moment. */
export async function topicEnds(kafka: Kafka, topic: string): Promise<TopicEnd[]> {
  const admin = kafka.admin();
  await admin.connect();
  const found = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return found.map(({ partition, low, high }) => {
    return { partition, low: Number(low), high: Number(high) };
  });
}
