import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { Settings } from '../../../services/config.js';
import { findTools } from '../../../services/video/tools.js';
import { ClipFolder } from '../../helpers/clips.js';
import { ClipidProcess } from '../../helpers/clipid-process.js';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import { externalKafka } from '../../helpers/kafka/external.js';
import { startKafka } from '../../helpers/kafka/start-kafka.js';
import { GALLERY } from '../../helpers/service.js';
import { ADA_ALONE, film, still } from '../../helpers/service-people.js';
import { SlowServer } from '../../helpers/slow-server.js';

const WAIT = { timeout: 60_000, interval: 100 };

let root: string;
let clips: ClipFolder;
let topics: ClipTopics;
let path: string;
const ends: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'clipid-shutdown-'));
  clips = new ClipFolder((await findTools()).ffmpeg.path);
  path = film(clips, 'clip.mp4', await still(ADA_ALONE));
  topics = await ClipTopics.make(inject('sharedKafka'), { partitions: 1 });
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
  await topics.close();
  clips.remove();
  rmSync(root, { recursive: true, force: true });
});

async function slowServer(ms: number): Promise<SlowServer> {
  const server = await SlowServer.start(path, ms);
  ends.push(() => server.stop());
  return server;
}

async function start(name: string, settings: Settings): Promise<ClipidProcess> {
  const addresses = { grpcAddress: '127.0.0.1:0', httpAddress: '127.0.0.1:0' };
  const all = { ...topics.settings, ...addresses, visionWorkers: 1, framesPerSecond: 4 };
  const process = new ClipidProcess(join(root, name), {
    ...all,
    kafkaSessionSeconds: 30,
    ...settings,
  });
  ends.push(() => process.kill());
  process.start();
  await process.says('"joined":true');
  return process;
}

async function keysOf(topic: string): Promise<(string | null)[]> {
  return (await topics.read(topic)).map((one) => one.key);
}

describe('SIGTERM', () => {
  it('lets a clip in work come to its end within the grace period', async () => {
    const server = await slowServer(3000);
    const settings = { role: 'extract', allowedHosts: server.host, graceSeconds: 20 };
    const process = await start('finish', settings);
    await topics.submit([{ clipId: 'finished', uri: server.uri, galleryId: GALLERY }]);
    await vi.waitFor(() => expect(server.begun).toBe(1), WAIT);
    expect(await process.stop()).toBe(0);
    expect(await keysOf(topics.names.tracks)).toEqual(['finished']);
    expect(server.begun).toBe(1);
  });

  it('gives what takes longer to another member at once, and does not count it against the clip', async () => {
    const server = await slowServer(15_000);
    const settings = { allowedHosts: server.host, graceSeconds: 1, maxAttempts: 1 };
    const first = await start('abandon', { ...settings, role: 'extract' });
    await topics.submit([{ clipId: 'abandoned', uri: server.uri, galleryId: GALLERY }]);
    await vi.waitFor(() => expect(server.begun).toBe(1), WAIT);
    const stoppedMs = Date.now();
    expect(await first.stop()).toBe(0);
    // Far within the session's 30 s: it has left the group, and its partition is free.
    expect(Date.now() - stoppedMs).toBeLessThan(10_000);
    await start('heir', { ...settings, role: 'extract', graceSeconds: 0 });
    await vi.waitFor(() => expect(server.begun).toBe(2), WAIT);
    await vi.waitFor(
      async () => expect(await keysOf(topics.names.tracks)).toContain('abandoned'),
      WAIT,
    );
    expect(await topics.read(topics.names.dlq)).toEqual([]);
  }, 120_000);
});

describe('a clip that takes its process down every time', () => {
  it('is given up after the last attempt, and the clip behind it is worked on', async () => {
    const deadly = await ClipTopics.make(inject('sharedKafka'), { partitions: 1 });
    ends.push(() => deadly.close());
    const server = await slowServer(60_000);
    const settings = { role: 'extract', ...deadly.settings, allowedHosts: server.host };
    const more = { maxAttempts: 2, clipConcurrency: 1, kafkaSessionSeconds: 6 };
    await deadly.submit([{ clipId: 'deadly', uri: server.uri, galleryId: GALLERY }]);
    await deadly.submit([{ clipId: 'behind', uri: `file://${path}`, galleryId: GALLERY }]);
    for (let deaths = 1; deaths <= 2; deaths++) {
      const process = await start('deadly', { ...settings, ...more });
      await vi.waitFor(() => expect(server.begun).toBe(deaths), WAIT);
      await process.kill();
    }
    await start('deadly', { ...settings, ...more, allowedFolders: clips.path });
    await vi.waitFor(async () => {
      const tracks = await deadly.read(deadly.names.tracks);
      expect(tracks.map((one) => one.key)).toEqual(['deadly', 'behind']);
      const [letter] = await deadly.read(deadly.names.dlq);
      expect(letter?.headers['clipid-dlq-text']).toMatch(/2 attempts that did not come to an end/);
    }, WAIT);
    expect(server.begun).toBe(2);
  }, 120_000);
});

describe('a consumer that cannot go on', () => {
  it('ends the process with a code and what to do, rather than idle', async () => {
    const process = new ClipidProcess(join(root, 'no-topic'), {
      ...topics.settings,
      kafkaClipsTopic: 'nobody-made-this',
      role: 'all',
      grpcAddress: '127.0.0.1:0',
      httpAddress: '127.0.0.1:0',
    });
    ends.push(() => process.kill());
    process.start();
    expect(await process.ended()).toBe(1);
    expect(process.tail).toContain('clipid kafka init');
  }, 120_000);
});

describe.skipIf(externalKafka() !== undefined)('a broker that was started again', () => {
  it.each(['all', 'extract', 'gallery'])(
    'keeps no process of the role %s from ending',
    async (role) => {
      const cluster = await startKafka({ nodes: 1 });
      ends.push(() => cluster.stop());
      const own = await ClipTopics.make(cluster, { partitions: 1 });
      ends.push(() => own.close());
      const process = await start(`restarted-${role}`, { ...own.settings, role });
      await cluster.restartBroker(0);
      await own.submit([{ clipId: 'a', uri: `file://${path}`, galleryId: GALLERY }]);
      const stoppedMs = Date.now();
      expect(await process.stop()).toBe(0);
      expect(Date.now() - stoppedMs).toBeLessThan(30_000);
    },
    120_000,
  );
});
