import { setTimeout as delay } from 'node:timers/promises';
import { seeded } from '../../helpers/seeded.js';
import type { ClipidProcess } from '../../helpers/clipid-process.js';
import type { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import type { KafkaCluster } from '../../helpers/kafka/cluster.js';

/** CLIPID_CHAOS_MINUTES makes it go on for so long; CLIPID_TEST_SEED repeats one as far as timing lets it. */
export const CHAOS_MINUTES = Number(process.env['CLIPID_CHAOS_MINUTES'] ?? 0);
export const SEED = Number(process.env['CLIPID_TEST_SEED'] ?? Date.now() % 1_000_000);

export interface ChaosPlan {
  /** Killed at random instants and started again; `true`: with the loss of their whole disk. */
  readonly victims: readonly { readonly process: ClipidProcess; readonly losesDisk: boolean }[];
  readonly cluster: KafkaCluster;
  readonly topics: ClipTopics;
  /** Sends some more clips: called before each kill, so that all of them strike in the middle of work. */
  readonly feed: () => Promise<void>;
  readonly kills: number;
  readonly longestLifeMs: number;
}

export interface ChaosReport {
  kills: number;
  brokerKills: number;
  intruders: number;
}

/** Kills processes and a broker, and lets strangers join and leave the group, until it has killed enough. */
export async function wreakHavoc(plan: ChaosPlan): Promise<ChaosReport> {
  const random = seeded(SEED);
  const report = { kills: 0, brokerKills: 0, intruders: 0 };
  const endsAtMs = Date.now() + CHAOS_MINUTES * 60_000;
  const others: Promise<void>[] = [];
  while (report.kills < plan.kills || Date.now() < endsAtMs) {
    const turn = report.kills % plan.kills;
    if (turn === Math.floor(plan.kills / 3)) {
      others.push(loseBroker(plan.cluster, Math.floor(random() * 3)));
      report.brokerKills++;
    }
    if (turn % 10 === 4) {
      others.push(intrude(plan.topics, 500 + random() * 2000));
      report.intruders++;
    }
    await plan.feed();
    await strike(plan, random);
    report.kills++;
    if (turn === plan.kills - 1) await Promise.all(others.splice(0));
  }
  await Promise.all(others);
  return report;
}

async function strike(plan: ChaosPlan, random: () => number): Promise<void> {
  await delay(plan.longestLifeMs * random());
  const victim = plan.victims[Math.floor(random() * plan.victims.length)];
  if (victim === undefined) return;
  await victim.process.kill();
  if (victim.losesDisk) victim.process.destroyDisk();
  victim.process.start();
}

async function loseBroker(cluster: KafkaCluster, index: number): Promise<void> {
  await cluster.killBroker(index);
  await delay(4000);
  await cluster.restartBroker(index);
}

/** A member that takes partitions, commits nothing of them, and leaves: two rebalances. */
async function intrude(topics: ClipTopics, stayMs: number): Promise<void> {
  const consumer = topics.kafka.consumer({ groupId: topics.group, sessionTimeout: 6000 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topics.names.clips] });
  await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
  await delay(stayMs);
  await consumer.disconnect();
}
