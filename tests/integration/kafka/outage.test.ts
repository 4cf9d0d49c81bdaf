import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ClipState } from '../../../services/gen/clipid/v1/clip.js';
import { connect } from '../../../services/search/client.js';
import { findTools } from '../../../services/video/tools.js';
import { ClipFolder } from '../../helpers/clips.js';
import { ClipidProcess } from '../../helpers/clipid-process.js';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import type { KafkaCluster } from '../../helpers/kafka/cluster.js';
import { externalKafka } from '../../helpers/kafka/external.js';
import { startKafka } from '../../helpers/kafka/start-kafka.js';
import { readiness } from '../../helpers/readiness.js';
import { GALLERY } from '../../helpers/service.js';
import { ADA_ALONE, film, still } from '../../helpers/service-people.js';
import { SlowServer } from '../../helpers/slow-server.js';
import { checkOffsets } from './outcome.js';

const AWAY_MS = 15_000;
/** The clip in work goes on for so long; the broker dies in the middle of it. */
const WORK_MS = 6000;
const WAIT = { timeout: 90_000, interval: 250 };
const SILENT = /no broker has answered|ECONNREFUSED/;
const QUICK = ['a', 'b', 'c'];
const ALL = ['slow', ...QUICK];

interface Member {
  readonly process: ClipidProcess;
  readonly topics: ClipTopics;
  readonly server: SlowServer;
  /** Where /readyz is. */
  readonly http: string;
}

let root: string;
let clips: ClipFolder;
let path: string;
let cluster: KafkaCluster;
let all: Member;
let extract: Member;
const ends: (() => unknown)[] = [];

async function start(role: 'all' | 'extract'): Promise<Member> {
  const topics = await ClipTopics.make(cluster, { partitions: 2 });
  const server = await SlowServer.start(path, WORK_MS);
  const process = new ClipidProcess(join(root, role), {
    ...{ ...topics.settings, role, visionWorkers: 1, clipConcurrency: 1, framesPerSecond: 4 },
    ...{ allowedHosts: server.host, allowedFolders: clips.path },
    ...{ grpcAddress: '127.0.0.1:0', httpAddress: '127.0.0.1:0' },
  });
  ends.push(
    () => process.kill(),
    () => server.stop(),
    () => topics.close(),
  );
  process.start();
  await process.says('"joined":true');
  return { process, topics, server, http: await process.finds(/HTTP (127\S+)/) };
}

/** One clip is in work, and three wait behind it. */
async function begin({ topics, server }: Member): Promise<void> {
  const quick = QUICK.map((clipId) => ({ clipId, uri: `file://${path}`, galleryId: GALLERY }));
  await topics.submit([{ clipId: 'slow', uri: server.uri, galleryId: GALLERY }]);
  await vi.waitFor(() => expect(server.begun).toBe(1), WAIT);
  await topics.submit(quick);
}

describe.skipIf(externalKafka() !== undefined)('brokers that are away for 15 s', () => {
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'clipid-outage-'));
    clips = new ClipFolder((await findTools()).ffmpeg.path);
    path = film(clips, 'clip.mp4', await still(ADA_ALONE));
    cluster = await startKafka({});
    ends.push(() => cluster.stop());
    [all, extract] = await Promise.all([start('all'), start('extract')]);
    await Promise.all([begin(all), begin(extract)]);
    // Role `all` has its clips in the store before the broker dies.
    await vi.waitFor(async () => expect(await all.topics.statuses()).toHaveLength(4), WAIT);
    await cluster.killBroker(0);
  }, 240_000);
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
    clips.remove();
    rmSync(root, { recursive: true, force: true });
  });

  it('role all goes on with its clips, is ready, and shows what is wrong', async () => {
    const killedMs = Date.now();
    const client = connect(await all.process.finds(/gRPC (127\S+?),/));
    for (const clipId of ALL) {
      const { clip } = await client.clips.waitClip({ galleryId: GALLERY, clipId });
      expect(clip?.state).toBe(ClipState.CLIP_STATE_DONE);
    }
    client.close();
    await vi.waitFor(async () => {
      const { status, components } = await readiness(all.http);
      expect(status).toBe(200);
      expect(components['kafka']).toMatchObject({ ready: false, optional: true });
      expect(components['kafka']?.reason).toMatch(SILENT);
    }, WAIT);
    await vi.waitFor(async () => {
      const { status, components } = await readiness(extract.http);
      expect(status).toBe(503);
      expect(components['kafka']?.reason).toMatch(SILENT);
    }, WAIT);
    await delay(Math.max(0, killedMs + AWAY_MS - Date.now()));
    await cluster.restartBroker(0);
  }, 120_000);

  it('invariant 1: of role all everything arrives afterwards, once each', async () => {
    await vi.waitFor(async () => {
      const done = (await all.topics.statuses()).filter((one) => one.status === 'CLIP_STATUS_DONE');
      expect(done.map((one) => one.clipId).sort()).toEqual([...ALL].sort());
    }, WAIT);
    const events = (await all.topics.identifications()).map((one) => one.eventId);
    expect(new Set(events).size).toBe(ALL.length * 2);
    await all.topics.submit([{ clipId: 'later', uri: `file://${path}`, galleryId: GALLERY }]);
    await vi.waitFor(async () => {
      const { status, components } = await readiness(all.http);
      expect([status, components['kafka']?.ready]).toEqual([200, true]);
      await checkOffsets(all.topics, all.topics.names.clips);
    }, WAIT);
    expect(all.process.isRunning).toBe(true);
    expect(await all.topics.read(all.topics.names.dlq)).toEqual([]);
  }, 120_000);

  it('invariant 1: of role extract nothing is lost or doubled, and it is ready again', async () => {
    const { topics, http, process } = extract;
    await topics.submit([{ clipId: 'later', uri: `file://${path}`, galleryId: GALLERY }]);
    const keys = async () => (await topics.read(topics.names.tracks)).map((one) => one.key).sort();
    await vi.waitFor(async () => expect(await keys()).toContain('later'), WAIT);
    await vi.waitFor(async () => {
      expect(await keys()).toEqual([...ALL, 'later'].sort());
      expect((await readiness(http)).status).toBe(200);
      await checkOffsets(topics, topics.names.clips);
    }, WAIT);
    expect(process.isRunning).toBe(true);
    expect(await topics.read(topics.names.dlq)).toEqual([]);
  }, 120_000);
});
