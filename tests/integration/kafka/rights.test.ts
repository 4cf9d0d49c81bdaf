import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ClipidProcess } from '../../helpers/clipid-process.js';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import type { KafkaCluster } from '../../helpers/kafka/cluster.js';
import { externalKafka } from '../../helpers/kafka/external.js';
import { allow, AUTHORIZER, revoke, type Rule } from '../../helpers/kafka/rights.js';
import { startKafka } from '../../helpers/kafka/start-kafka.js';
import { readiness } from '../../helpers/readiness.js';

const WAIT = { timeout: 60_000, interval: 200 };

let root: string;
let cluster: KafkaCluster;
const ends: (() => unknown)[] = [];

interface Member {
  readonly process: ClipidProcess;
  readonly topics: ClipTopics;
}

/** Rules one by one, so that each can be taken away alone. */
function rulesFor({ names, group, retryTopics }: ClipTopics): Rule[] {
  const topic = (name: string, ...operations: Rule['operations']): Rule => {
    return { on: 'TOPIC', name, operations };
  };
  const ids = [names.clips, ...retryTopics].map((name) => `${group}-${name}-0`);
  return [
    topic(names.clips, 'READ'),
    ...retryTopics.map((name) => topic(name, 'READ', 'WRITE')),
    ...[names.dlq, names.identifications, names.status].map((name) => topic(name, 'WRITE')),
    topic(names.tracks, 'READ', 'WRITE'),
    ...[group, `${group}-gallery`].map((name): Rule => {
      return { on: 'GROUP', name, operations: ['READ'] };
    }),
    ...ids.map((name): Rule => ({ on: 'TRANSACTIONAL_ID', name, operations: ['WRITE'] })),
  ];
}

/** A process of a role that logs in as bob, who has every right that it needs. */
async function start(role: 'all' | 'extract' | 'gallery'): Promise<Member> {
  const topics = await ClipTopics.make(cluster, { partitions: 1 });
  for (const rule of rulesFor(topics)) await allow(cluster, 'bob', rule);
  const process = new ClipidProcess(join(root, topics.id), {
    ...{ ...topics.settings, role, visionWorkers: 1 },
    ...{ kafkaSasl: 'plain', kafkaUsername: 'bob', kafkaPassword: 'rightB' },
    ...{ grpcAddress: '127.0.0.1:0', httpAddress: '127.0.0.1:0' },
  });
  ends.push(
    () => process.kill(),
    () => topics.close(),
  );
  process.start();
  await process.says('"joined":true');
  return { process, topics };
}

async function endsBecause({ process }: Member, words: string): Promise<void> {
  expect(await process.ended()).toBe(1);
  expect(process.tail).toContain(words);
}

describe.skipIf(externalKafka() !== undefined)('a right that is taken away at run time', () => {
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'clipid-rights-'));
    const security = { users: { ada: 'rightA', bob: 'rightB' } };
    cluster = await startKafka({ security, properties: AUTHORIZER });
    ends.push(() => cluster.stop());
  }, 240_000);
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
    rmSync(root, { recursive: true, force: true });
  });

  it('Read on the clips topic: the process of role all ends, and says which', async () => {
    const member = await start('all');
    await revoke(cluster, 'bob', { on: 'TOPIC', name: member.topics.names.clips });
    await endsBecause(member, 'Read on the topics');
  });

  it('Read on the group: the process of role extract ends, and says which', async () => {
    const member = await start('extract');
    await revoke(cluster, 'bob', { on: 'GROUP', name: member.topics.group });
    await endsBecause(member, 'Read on the group CLIPID_KAFKA_GROUP');
  });

  it('Write on transactional ids: the process of role extract ends, and says which', async () => {
    const member = await start('extract');
    const { names, group } = member.topics;
    await revoke(cluster, 'bob', { on: 'TRANSACTIONAL_ID', name: `${group}-${names.clips}-0` });
    await member.topics.sendRaw(Buffer.from('no message'));
    await endsBecause(member, 'Write on transactional ids');
  });

  it('Read on the tracks topic: the process of role gallery ends, and says which', async () => {
    const member = await start('gallery');
    await revoke(cluster, 'bob', { on: 'TOPIC', name: member.topics.names.tracks });
    await endsBecause(member, 'Read on the topics');
  });

  it('Write on the topic of dead letters: they wait, readiness shows why, and leave later', async () => {
    const { process, topics } = await start('all');
    const http = await process.finds(/HTTP (127\S+)/);
    const { dlq } = topics.names;
    await revoke(cluster, 'bob', { on: 'TOPIC', name: dlq });
    await topics.sendRaw(Buffer.from('no message'));
    await vi.waitFor(async () => {
      const { status, components } = await readiness(http);
      expect([status, components['kafka']?.ready]).toEqual([200, true]);
      expect(components['kafka events']?.reason).toMatch(/Write on those that it writes/);
    }, WAIT);
    await allow(cluster, 'bob', { on: 'TOPIC', name: dlq, operations: ['WRITE'] });
    await vi.waitFor(async () => expect(await topics.read(dlq)).toHaveLength(1), WAIT);
    await vi.waitFor(async () => {
      expect((await readiness(http)).components['kafka events']?.ready).toBe(true);
    }, WAIT);
    expect(await process.stop()).toBe(0);
  });
});
