import { describe, expect, it } from 'vitest';
import type { TopicNames } from '../../../../services/ingest/kafka/connection.js';
import { topicDifferences } from '../../../../services/ingest/kafka/topic-differences.js';
import {
  leastInSync,
  planTopics,
  replicasFor,
  type PlannedTopic,
} from '../../../../services/ingest/kafka/topic-plan.js';

const DAY_MS = 86_400_000;
const NAMES: TopicNames = {
  clips: 'clips',
  priority: 'urgent',
  retries: ['clips.retry.1', 'clips.retry.2'],
  retryWaitsMs: [5000, 60_000],
  deadLetters: 'dlq',
  identifications: 'ids',
  status: 'status',
  tracks: 'tracks',
  gallery: 'gallery',
};

function planned(name: string): PlannedTopic {
  const found = planTopics(NAMES).find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not planned`);
  return found;
}

function differences(name: string, actual: object, replicas = 3) {
  const topic = planned(name);
  const settings = { 'min.insync.replicas': '2', ...topic.settings };
  const { partitions } = topic;
  return topicDifferences(topic, { name, partitions, replicas: 3, settings, ...actual }, replicas);
}

describe('planTopics', () => {
  it('has every topic in use, once', () => {
    const names = planTopics(NAMES).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const topics = Object.entries(NAMES).filter(([what]) => what !== 'retryWaitsMs');
    expect([...names].sort()).toEqual(topics.flatMap(([, name]) => name as string[]).sort());
    const without = planTopics({ ...NAMES, priority: null }).map(({ name }) => name);
    expect(without).toEqual(names.filter((name) => name !== 'urgent'));
  });

  it('gives those whose work is shared out the partitions that are asked for', () => {
    const sizes = Object.fromEntries(
      planTopics(NAMES, 24).map((one) => [one.name, one.partitions]),
    );
    expect(sizes).toMatchObject({ clips: 24, urgent: 24, ids: 24, status: 24, tracks: 24 });
    expect(sizes).toMatchObject({ 'clips.retry.1': 3, dlq: 1, gallery: 1 });
  });

  it('keeps biometric data three days, and what only replaces itself for ever', () => {
    expect(planned('tracks').settings).toEqual({
      'cleanup.policy': 'delete',
      'retention.ms': String(3 * DAY_MS),
    });
    expect(planned('gallery').settings).toEqual({ 'cleanup.policy': 'compact' });
    expect(planned('dlq').settings['cleanup.policy']).toBe('compact,delete');
  });

  it('makes three copies where there are brokers for them, and loses nothing with one broker', () => {
    expect([0, 1, 2, 3, 9].map(replicasFor)).toEqual([1, 1, 2, 3, 3]);
    expect([1, 2, 3, 5].map(leastInSync)).toEqual([1, 1, 2, 4]);
  });
});

describe('topicDifferences', () => {
  it('finds none in a topic as planned, in whatever order Kafka writes it', () => {
    for (const { name } of planTopics(NAMES)) expect(differences(name, {})).toEqual([]);
    const settings = { ...planned('status').settings, 'cleanup.policy': 'delete,compact' };
    expect(differences('status', { settings })).toEqual([]);
  });

  it.each([
    ['clips', { partitions: 3 }, true, '3 partitions, 12 are planned'],
    ['clips', { partitions: 48 }, false, '48 partitions'],
    ['clips', { replicas: 1, settings: {} }, true, '1 replica, 3 are planned'],
    ['clips', { settings: { 'min.insync.replicas': '3' } }, true, 'while one broker is away'],
    ['clips', { settings: { 'min.insync.replicas': '1' } }, true, 'one copy'],
    ['clips', { settings: { 'min.insync.replicas': '4' } }, true, 'nothing can be written'],
    ['clips', { settings: { 'retention.ms': '3600000' } }, true, 'is 1 h, 7 d is planned'],
    ['clips', { settings: { 'retention.ms': '-1' } }, false, 'is unlimited'],
    ['clips', { settings: { 'cleanup.policy': 'compact' } }, true, 'delete is planned'],
    ['tracks', { settings: { 'retention.ms': '-1' } }, true, '3 d is planned'],
    ['dlq', { settings: { 'max.message.bytes': '1048588' } }, true, '2097152 is planned'],
    ['clips', { settings: null }, false, 'DescribeConfigs'],
  ])('of %s says about %o whether it is trouble: %s', (name, actual, isTrouble, text) => {
    expect(differences(name, actual)).toMatchObject([
      { isTrouble, text: expect.stringContaining(text) as string },
    ]);
  });
});
