import { setTimeout as delay } from 'node:timers/promises';
import type { Admin, ITopicConfig, Kafka } from 'kafkajs';
import { ClipidError } from '../../core/errors.js';
import { brokerErrorTypes } from './broker-errors.js';
import { readTopics } from './read-topics.js';
import { topicDifferences, type ActualTopic } from './topic-differences.js';
import { leastInSync, replicasFor, type PlannedTopic } from './topic-plan.js';
import { withAdmin } from './with-admin.js';

export interface CreateOptions {
  /** Copies of each topic; as many as there are brokers for, at most 3, when absent. */
  readonly replicas?: number | undefined;
  /** Only asks the brokers whether they would. */
  readonly isDryRun?: boolean | undefined;
}

export interface TopicOutcome {
  readonly topic: PlannedTopic;
  /** MISSING: would be created without a dry run. */
  readonly state: 'CREATED' | 'EXISTS' | 'MISSING';
  /** As they are, or as they are planned for what is missing. */
  readonly partitions: number;
  readonly replicas: number;
  /** Between what exists and the plan, in words. */
  readonly differences: readonly string[];
}

const LEADERS_LIMIT_MS = 30_000;
const PAUSE_MS = 100;

/**
 * Creates the topics that are missing and leaves those alone that are there. Doing it again, or twice
 * at the same time, changes nothing. Throws BROKER_FAILED, UNAVAILABLE; what was created by then stays.
 */
export function createTopics(
  kafka: Kafka,
  plan: readonly PlannedTopic[],
  options: CreateOptions = {},
): Promise<readonly TopicOutcome[]> {
  return withAdmin(kafka, async (admin) => {
    const names = plan.map(({ name }) => name);
    const { brokers } = await admin.describeCluster();
    const replicas = options.replicas ?? replicasFor(brokers.length);
    const before = await readTopics(admin, names);
    const missing = plan.filter(({ name }) => !before.has(name));
    for (const topic of missing) await create(admin, topic, replicas, options.isDryRun === true);
    if (options.isDryRun !== true) await untilServed(admin, missing);
    const state = options.isDryRun === true ? 'MISSING' : 'CREATED';
    return plan.map((topic) => outcomeOf(topic, before.get(topic.name), replicas, state));
  });
}

async function create(
  admin: Admin,
  topic: PlannedTopic,
  replicas: number,
  isDryRun: boolean,
): Promise<void> {
  const topics = [inKafkasWords(topic, replicas)];
  // Its own wait for leaders asks brokers that have not heard of the topic yet, and fails.
  await admin.createTopics({ topics, validateOnly: isDryRun, waitForLeaders: false });
}

function inKafkasWords(topic: PlannedTopic, replicas: number): ITopicConfig {
  const settings = { 'min.insync.replicas': String(leastInSync(replicas)), ...topic.settings };
  return {
    topic: topic.name,
    numPartitions: topic.partitions,
    replicationFactor: replicas,
    configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
  };
}

/** A topic can be written once each of its partitions has a leader. */
async function untilServed(admin: Admin, topics: readonly PlannedTopic[]): Promise<void> {
  const giveUpAtMs = performance.now() + LEADERS_LIMIT_MS;
  for (const { name } of topics) {
    while (!(await isServed(admin, name))) {
      if (performance.now() > giveUpAtMs) throw notServed(name);
      await delay(PAUSE_MS);
    }
  }
}

async function isServed(admin: Admin, topic: string): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const leaders = topics.flatMap(({ partitions }) => partitions.map(({ leader }) => leader));
    return leaders.length > 0 && leaders.every((leader) => leader >= 0);
  } catch (thrown) {
    const notYet = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'];
    if (brokerErrorTypes(thrown).some((type) => notYet.includes(type))) return false;
    throw thrown;
  }
}

function notServed(name: string): ClipidError {
  const message = `Kafka: the topic ${name} was created, but has no leader after ${LEADERS_LIMIT_MS / 1000} s. Look at the brokers.`;
  return new ClipidError('UNAVAILABLE', message);
}

function outcomeOf(
  topic: PlannedTopic,
  found: ActualTopic | undefined,
  replicas: number,
  stateOfNew: 'CREATED' | 'MISSING',
): TopicOutcome {
  if (found === undefined)
    return { topic, state: stateOfNew, partitions: topic.partitions, replicas, differences: [] };
  const differences = topicDifferences(topic, found, replicas).map(({ text }) => text);
  return {
    topic,
    state: 'EXISTS',
    partitions: found.partitions,
    replicas: found.replicas,
    differences,
  };
}
