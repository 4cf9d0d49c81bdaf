import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kafka } from 'kafkajs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { KafkaCluster, KafkaOptions } from '../../helpers/kafka/cluster.js';
import { connectKafka, type KafkaAccess, type SaslMechanism } from '../../helpers/kafka/connect.js';
import { skipWithoutOwnBrokers } from '../../helpers/kafka/external.js';
import { startKafka } from '../../helpers/kafka/start-kafka.js';
import { createTopic } from '../../helpers/kafka/topics.js';

/** The first start on a machine downloads the brokers. */
const START_LIMIT_MS = 300_000;
const CHILD = fileURLToPath(new URL('../../helpers/kafka/child.ts', import.meta.url));

async function started(options: KafkaOptions = {}): Promise<KafkaCluster> {
  const kafka = await startKafka(options);
  onTestFinished(() => kafka.stop());
  return kafka;
}

async function produce(kafka: Kafka, topic: string, ...values: readonly string[]): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

/** The first `count` values of a topic with one partition, in order. */
async function consume(kafka: Kafka, topic: string, count: number): Promise<readonly string[]> {
  const consumer = kafka.consumer({ groupId: `${topic}-readers`, maxWaitTimeInMs: 200 });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const eachMessage = ({ message }: { message: { value: Buffer | null } }) => {
      values.push(String(message.value));
      if (values.length === count) resolve();
      return Promise.resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return values;
}

async function leaderOf(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.disconnect();
  const leader = topics[0]?.partitions[0]?.leader;
  if (leader === undefined) throw new Error(`${topic} has no leader`);
  return leader;
}

async function topicsSeen(
  access: KafkaAccess,
  mechanism: SaslMechanism,
): Promise<readonly string[]> {
  const admin = connectKafka(access, { mechanism, retries: 0 }).admin();
  try {
    await admin.connect();
    return await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** An empty folder in which the helper makes its own. */
function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'clipid-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function clusterFoldersIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith('clipid-kafka-'));
}

describe('real brokers for tests', { timeout: START_LIMIT_MS }, () => {
  it('one node takes and gives messages, and leaves nothing behind', async ({ skip }) => {
    skipWithoutOwnBrokers(skip);
    const folder = emptyFolder();
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    const cluster = await started();
    const kafka = connectKafka(cluster);
    const topic = await createTopic(cluster);
    await produce(kafka, topic, 'one', 'two');
    expect(await consume(kafka, topic, 2)).toEqual(['one', 'two']);
    const pid = cluster.brokerPid(0);
    expect(clusterFoldersIn(folder)).toHaveLength(1);
    await cluster.stop();
    expect(isAlive(pid)).toBe(false);
    expect(clusterFoldersIn(folder)).toEqual([]);
  });

  it('of three nodes the leader is killed: nothing is lost, writing goes on, it comes back', async ({
    skip,
  }) => {
    skipWithoutOwnBrokers(skip);
    const cluster = await started({ nodes: 3 });
    const kafka = connectKafka(cluster);
    const topic = await createTopic(cluster);
    await produce(kafka, topic, 'before');
    const leader = await leaderOf(kafka, topic);
    await cluster.killBroker(leader);
    await produce(kafka, topic, 'after');
    expect(await leaderOf(kafka, topic)).not.toBe(leader);
    expect(await consume(kafka, topic, 2)).toEqual(['before', 'after']);
    await cluster.restartBroker(leader);
    expect(isAlive(cluster.brokerPid(leader))).toBe(true);
  });

  it('demands TLS and a login, by any of three mechanisms', async ({ skip }) => {
    skipWithoutOwnBrokers(skip);
    const users = { ada: 'right' };
    const cluster = await started({ security: { tls: true, users } });
    const mechanisms: SaslMechanism[] = ['plain', 'scram-sha-256', 'scram-sha-512'];
    for (const mechanism of mechanisms) {
      expect(await topicsSeen(cluster, mechanism)).toEqual([]);
      const wrong = { ...cluster, sasl: { username: 'ada', password: 'wrong' } };
      await expect(topicsSeen(wrong, mechanism)).rejects.toThrow(/authentication failed/i);
    }
    const unencrypted = { brokers: cluster.brokers };
    await expect(topicsSeen(unencrypted, 'plain')).rejects.toThrow();
    const withoutLogin = { brokers: cluster.brokers, ssl: cluster.ssl };
    await expect(topicsSeen(withoutLogin, 'plain')).rejects.toThrow();
  });

  it('ends with the process that started it, even by SIGKILL', async ({ skip }) => {
    skipWithoutOwnBrokers(skip);
    const folder = emptyFolder();
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: folder },
    });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const broker = Number(said.toString());
    expect(isAlive(broker)).toBe(true);
    expect(clusterFoldersIn(folder)).toHaveLength(1);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(broker)).toBe(false), 10_000);
    await vi.waitFor(() => expect(clusterFoldersIn(folder)).toEqual([]), 10_000);
  });
});
