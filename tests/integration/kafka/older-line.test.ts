import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Settings } from '../../../services/config.js';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import type { KafkaCluster } from '../../helpers/kafka/cluster.js';
import { externalKafka } from '../../helpers/kafka/external.js';
import { sendFromJava } from '../../helpers/kafka/java-producer.js';
import { startKafka } from '../../helpers/kafka/start-kafka.js';
import { GALLERY, TestService } from '../../helpers/service.js';
import { ADA_ALONE, film, still } from '../../helpers/service-people.js';
import { checkOffsets } from './outcome.js';

const WAIT = { timeout: 60_000, interval: 200 };
const COMPRESSIONS = ['gzip', 'zstd'] as const;
const ends: (() => unknown)[] = [];
let cluster: KafkaCluster;

async function start(topics: ClipTopics, settings: Settings): Promise<TestService> {
  const small = { visionWorkers: 1, clipConcurrency: 1 };
  const service = await TestService.start({
    settings: { ...topics.settings, ...small, ...settings },
  });
  ends.push(() => service.remove());
  return service;
}

async function newTopics(): Promise<ClipTopics> {
  const topics = await ClipTopics.make(cluster, { partitions: 1 });
  ends.push(() => topics.close());
  return topics;
}

async function clipFor({ clips }: TestService): Promise<string> {
  return film(clips, 'ada.mp4', await still(ADA_ALONE), { seconds: 0.5 });
}

/** A clip by Java's own producer, in JSON, compressed so; its id says how. */
async function send(topics: ClipTopics, path: string, compression: string): Promise<void> {
  const clip = { clipId: compression, uri: `file://${path}`, galleryId: GALLERY };
  const line = `content-type:application/json\t${JSON.stringify(clip)}`;
  const withHeaders = ['--property', 'parse.headers=true'];
  await sendFromJava(cluster, topics.names.clips, compression, [line], withHeaders);
}

async function everythingIsDone(topics: ClipTopics): Promise<void> {
  await vi.waitFor(async () => {
    const done = (await topics.statuses()).filter((one) => one.status === 'CLIP_STATUS_DONE');
    expect(done.map((one) => one.clipId).sort()).toEqual(COMPRESSIONS);
  }, WAIT);
  const events = await topics.identifications();
  expect(events.filter((one) => one.event?.$case === 'track')).toHaveLength(COMPRESSIONS.length);
  await vi.waitFor(() => checkOffsets(topics, topics.names.clips), WAIT);
  expect(await topics.read(topics.names.dlq)).toEqual([]);
}

describe.skipIf(externalKafka() !== undefined)('brokers of the line 3.9', () => {
  beforeAll(async () => {
    cluster = await startKafka({ version: '3.9' });
    ends.push(() => cluster.stop());
  }, 300_000);
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  it('serve the roles extract and gallery, with messages compressed by gzip and zstd', async () => {
    const topics = await newTopics();
    const gallery = await start(topics, { role: 'gallery' });
    const path = await clipFor(gallery);
    await start(topics, { role: 'extract', allowedFolders: gallery.clips.path });
    for (const compression of COMPRESSIONS) await send(topics, path, compression);
    await everythingIsDone(topics);
    expect(await topics.read(topics.names.tracks)).toHaveLength(COMPRESSIONS.length);
  }, 120_000);
});
