import type { Kafka } from 'kafkajs';
import { createKafka } from '../client.js';
import type { KafkaConnection, TopicNames } from '../connection.js';
import { planTopics } from '../topic-plan.js';
import { withAdmin } from '../with-admin.js';
import { checkBrokers } from './check-brokers.js';
import { checkGroup, type GroupTarget } from './check-groups.js';
import { checkRights } from './check-rights.js';
import { checkTopics } from './check-topics.js';
import { attempt, type Finding } from './finding.js';

export type { Area, Finding, FindingState } from './finding.js';

/** Some seconds: as long as the others take to do the work of a broker that is gone. */
const RETRIES = 6;

export interface CheckTarget {
  readonly connection: KafkaConnection;
  readonly topics: TopicNames;
  /** The gallery process's group is `<groupId>-gallery`. */
  readonly groupId: string;
}

export interface CheckReport {
  readonly findings: readonly Finding[];
  /** Whether a broker answered; without one nothing else was looked at. */
  readonly isReachable: boolean;
}

/**
 * Looks at everything that clipid needs of Kafka and changes nothing (see check-rights.ts). Every finding says what to do;
 * what cannot be looked at is a finding, too. Takes some seconds for each broker that is away.
 */
export async function checkKafka(target: CheckTarget): Promise<CheckReport> {
  const brokers = await checkBrokers(target.connection);
  const answering = brokers.filter(({ state }) => state === 'OK').map(({ subject }) => subject);
  if (answering.length === 0) return { findings: brokers, isReachable: false };
  const connection = { ...target.connection, brokers: answering };
  const kafka = createKafka(connection, () => undefined, RETRIES);
  const others = await attempt('topics', 'cluster', () => checkCluster(kafka, target));
  return { findings: [...brokers, ...others], isReachable: true };
}

function checkCluster(kafka: Kafka, target: CheckTarget): Promise<readonly Finding[]> {
  return withAdmin(kafka, async (admin) => {
    const topics = await attempt('topics', 'all', () =>
      checkTopics(admin, planTopics(target.topics)),
    );
    const rights = await checkRights(kafka, admin, target);
    const there = await admin.listTopics();
    const groups: Finding[] = [];
    for (const group of groupsOf(target, there)) groups.push(...(await checkGroup(admin, group)));
    return [...topics, ...rights, ...groups];
  });
}

function groupsOf({ topics, groupId }: CheckTarget, there: readonly string[]): GroupTarget[] {
  const { clips, priority, retries, tracks } = topics;
  const incoming = [clips, ...(priority === null ? [] : [priority]), ...retries];
  return [
    { groupId, topics: incoming.filter((topic) => there.includes(topic)) },
    { groupId: `${groupId}-gallery`, topics: [tracks].filter((topic) => there.includes(topic)) },
  ];
}
