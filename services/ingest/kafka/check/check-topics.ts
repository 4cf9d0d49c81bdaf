import type { Admin } from 'kafkajs';
import { readTopics } from '../read-topics.js';
import { counted, topicDifferences, type ActualTopic } from '../topic-differences.js';
import { replicasFor, type PlannedTopic } from '../topic-plan.js';
import { findingsIn, type Finding } from './finding.js';

const CREATE = 'create it with `clipid kafka init`, or give this user the right Describe on it';
const say = findingsIn('topics');

/** Whether the topics are there, and whether what they hold is safe and lasts long enough. */
export async function checkTopics(
  admin: Admin,
  plan: readonly PlannedTopic[],
): Promise<readonly Finding[]> {
  const { brokers } = await admin.describeCluster();
  const names = plan.map(({ name }) => name);
  const found = await readTopics(admin, names);
  const replicas = replicasFor(brokers.length);
  return plan.flatMap((topic) => findingsOf(topic, found.get(topic.name), replicas));
}

function findingsOf(
  planned: PlannedTopic,
  actual: ActualTopic | undefined,
  replicas: number,
): readonly Finding[] {
  if (actual === undefined) return [missing(planned)];
  const trouble = topicDifferences(planned, actual, replicas).filter((one) => one.isTrouble);
  if (trouble.length > 0) return trouble.map(({ text }) => say('WARN', planned.name, text));
  const size = [counted(actual.partitions, 'partition'), counted(actual.replicas, 'replica')];
  return [say('OK', planned.name, size.join(', '))];
}

function missing({ name, isForCluster }: PlannedTopic): Finding {
  return isForCluster === true
    ? say('WARN', name, `not there; only the roles extract and gallery need it: ${CREATE}`)
    : say('FAIL', name, `not there: ${CREATE}`);
}
