import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { KafkaCluster } from '../../helpers/kafka/cluster.js';
import { externalKafka } from '../../helpers/kafka/external.js';
import { startKafka } from '../../helpers/kafka/start-kafka.js';
import { createTopic } from '../../helpers/kafka/topics.js';
import { fill, quietKafka, ReaderBench } from './reader-bench.js';

const WAIT = { timeout: 40_000, interval: 50 };
/** Where the length of the first record is in the first batch of a log. */
const FIRST_RECORD_AT = 61;

let cluster: KafkaCluster;
let kafka: Kafka;

async function reading(topic: string): Promise<ReaderBench> {
  const bench = new ReaderBench(kafka, topic, `${topic}-readers`);
  await bench.reader.start();
  return bench;
}

function overwrite(topic: string, at: number, bytes: readonly number[]): void {
  const log = join(cluster.dataFolder(0), `${topic}-0`, '00000000000000000000.log');
  const file = openSync(log, 'r+');
  writeSync(file, Buffer.from(bytes), 0, bytes.length, at);
  closeSync(file);
}

describe.skipIf(externalKafka() !== undefined)('brokers that behave badly', () => {
  beforeAll(async () => {
    cluster = await startKafka({});
    kafka = quietKafka(cluster);
  }, 240_000);
  afterAll(() => cluster.stop());

  it('one that takes calls and never answers is told of, and so is that it answers again', async () => {
    const topic = await createTopic(cluster);
    const bench = await reading(topic);
    // A broker that has just started may first say that it is not ready.
    await vi.waitFor(() => expect(bench.states.at(-1)).toBe('joined'), WAIT);
    const before = bench.states.length;
    process.kill(cluster.brokerPid(0), 'SIGSTOP');
    await vi.waitFor(() => expect(bench.states.length).toBeGreaterThan(before), WAIT);
    expect(bench.states[before]).toMatch(/no broker has answered/);
    process.kill(cluster.brokerPid(0), 'SIGCONT');
    await vi.waitFor(() => expect(bench.states.at(-1)).toBe('joined'), WAIT);
    await fill(kafka, topic, 3);
    await vi.waitFor(() => expect(bench.take()).toEqual(['0/0', '0/1', '0/2']), WAIT);
    expect(bench.failures).toEqual([]);
  }, 150_000);

  it('one whose disk gives other bytes back ends the reading, and says where to look', async () => {
    const topic = await createTopic(cluster);
    await fill(kafka, topic, 5);
    overwrite(topic, FIRST_RECORD_AT, [0xff, 0xff, 0x03]);
    const bench = await reading(topic);
    await vi.waitFor(() => expect(bench.failures).toHaveLength(1), WAIT);
    expect(bench.failures[0]).toMatchObject({ code: 'BROKER_FAILED' });
    expect(bench.failures[0]?.message).toContain('kafka-dump-log');
    expect(bench.take()).toEqual([]);
  });
});
