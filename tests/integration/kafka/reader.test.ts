import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it, vi } from 'vitest';
import { withAdmin } from '../../../services/ingest/kafka/with-admin.js';
import { createTopic, waitForTopics } from '../../helpers/kafka/topics.js';
import { fill, quietKafka, ReaderBench } from './reader-bench.js';

const WAIT = { timeout: 30_000, interval: 50 };
const access = inject('sharedKafka');
const kafka = quietKafka(access);

const groupOf = (topic: string): string => `${topic}-readers`;
const offsetsTo = (end: number): string[] => Array.from({ length: end }, (_, i) => `0/${i}`);

async function started(topic: string, onAssigned?: () => void): Promise<ReaderBench> {
  const bench = new ReaderBench(kafka, topic, groupOf(topic), onAssigned);
  await bench.reader.start();
  return bench;
}

describe('TopicReader, partitions that come and go', () => {
  it('reads on what was lost with messages waiting in it and comes back', async () => {
    const topic = await createTopic(access, { partitions: 2 });
    await fill(kafka, topic, 20);
    const first = await started(topic);
    await vi.waitFor(
      () => expect([first.partitions.length, first.isFull]).toEqual([2, true]),
      WAIT,
    );
    const second = await started(topic);
    await vi.waitFor(() => expect(first.partitions).toHaveLength(1), WAIT);
    await second.reader.stop();
    await vi.waitFor(() => expect(first.partitions).toHaveLength(2), WAIT);
    await vi.waitFor(() => expect(new Set(first.take()).size).toBe(20), WAIT);
  });

  it('tells of a listener that throws, rather than read on as if nothing were', async () => {
    const topic = await createTopic(access);
    const bench = await started(topic, () => {
      throw new TypeError('undefined is no function');
    });
    await vi.waitFor(() => expect(bench.failures[0]?.code).toBe('INTERNAL'), WAIT);
  });
});

describe('TopicReader, topics that change while they are read', () => {
  it('fails when its topic is deleted, and says what to do', async () => {
    const topic = await createTopic(access);
    const bench = await started(topic);
    await withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] }));
    await vi.waitFor(() => expect(bench.failures).toHaveLength(1), WAIT);
    expect(bench.failures[0]).toMatchObject({ code: 'BROKER_FAILED' });
    expect(bench.failures[0]?.message).toContain('clipid kafka init');
    expect(bench.states.at(-1)).toContain('clipid kafka init');
  });

  it('reads on at the first message that is left where those before it were deleted', async () => {
    const topic = await createTopic(access);
    await fill(kafka, topic, 20);
    await withAdmin(kafka, async (admin) => {
      await admin.fetchTopicMetadata({ topics: [topic] });
      await admin.setOffsets({
        ...{ groupId: groupOf(topic), topic },
        partitions: [{ partition: 0, offset: '5' }],
      });
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '15' }] });
    });
    const bench = await started(topic);
    await vi.waitFor(() => expect(bench.take()).toEqual(offsetsTo(20).slice(15)), WAIT);
    expect(bench.back).toEqual([]);
  });

  it('invariant 1: tells that its topic was made anew, and reads it from the beginning', async () => {
    const topic = await createTopic(access);
    await fill(kafka, topic, 20);
    const bench = await started(topic);
    await vi.waitFor(() => expect(bench.take()).toEqual(offsetsTo(20)), WAIT);
    await withAdmin(kafka, async (admin) => {
      await admin.deleteTopics({ topics: [topic] });
      await vi.waitFor(() => admin.createTopics({ topics: [{ topic, numPartitions: 1 }] }), WAIT);
      await waitForTopics(admin, [topic]);
    });
    await fill(kafka, topic, 8);
    const all = [...offsetsTo(20), ...offsetsTo(8)];
    await vi.waitFor(() => expect(bench.take()).toEqual(all), WAIT);
    expect(bench.back).toEqual([0]);
    expect(bench.failures).toEqual([]);
  });
});

describe('TopicReader, commits', () => {
  it('says that it cannot commit while it is in no group', async () => {
    const topic = await createTopic(access);
    const bench = new ReaderBench(kafka, topic, `group-${randomUUID()}`);
    const commit = () => bench.reader.commit([{ topic, partition: 0, offset: 1 }]);
    await expect(commit()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const starting = bench.reader.start();
    await expect(commit()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await starting;
    await vi.waitFor(commit, WAIT);
  });
});
