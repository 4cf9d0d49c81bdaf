import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { findTools } from '../../../services/video/tools.js';
import { ClipFolder } from '../../helpers/clips.js';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import { GALLERY, TestService } from '../../helpers/service.js';
import { ADA_ALONE, film, still } from '../../helpers/service-people.js';
import { SlowServer } from '../../helpers/slow-server.js';

const SESSION_SECONDS = 10;
const WORK_MS = 60_000;
const WAIT = { timeout: 120_000, interval: 250 };

const ends: (() => Promise<unknown>)[] = [];
let clips: ClipFolder;
beforeAll(async () => {
  clips = new ClipFolder((await findTools()).ffmpeg.path);
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
  clips.remove();
});

/** A service of a role on topics of its own, which another member of the group must not take over. */
async function start(
  role: 'all' | 'extract',
  topics: ClipTopics,
  server: SlowServer,
): Promise<TestService> {
  const settings = {
    ...topics.settings,
    role,
    kafkaSessionSeconds: SESSION_SECONDS,
    allowedHosts: server.host,
    visionWorkers: 1,
  };
  const options = { httpAddress: '127.0.0.1:0' };
  const service = await TestService.start({ settings, options });
  ends.push(() => service.remove());
  return service;
}

async function rebalances(service: TestService): Promise<number> {
  const answer = await fetch(`http://${service.service.httpAddress ?? ''}/metrics`);
  const line = (await answer.text())
    .split('\n')
    .find((one) => one.startsWith('clipid_kafka_rebalances_total{'));
  return Number(line?.split(' ').at(-1) ?? Number.NaN);
}

describe(`a clip that takes ${WORK_MS / 1000} s, with a session of ${SESSION_SECONDS} s`, () => {
  it.concurrent.each(['all', 'extract'] as const)(
    'causes no rebalance and is begun once (role %s)',
    async (role) => {
      const topics = await ClipTopics.make(inject('sharedKafka'), { partitions: 2 });
      ends.push(() => topics.close());
      const path = film(clips, `${role}.mp4`, await still(ADA_ALONE));
      const server = await SlowServer.start(path, WORK_MS);
      ends.push(() => server.stop());
      const service = await start(role, topics, server);
      const result = role === 'all' ? topics.names.identifications : topics.names.tracks;
      await topics.submit([{ clipId: 'slow', uri: server.uri, galleryId: GALLERY }]);
      await vi.waitFor(() => expect(server.begun).toBe(1), WAIT);
      const before = await rebalances(service);
      const startedMs = Date.now();
      await vi.waitFor(
        async () => expect((await topics.read(result)).map((one) => one.key)).toContain('slow'),
        WAIT,
      );
      expect(Date.now() - startedMs).toBeGreaterThan(WORK_MS / 2);
      expect(await rebalances(service)).toBe(before);
      expect(server.begun).toBe(1);
    },
    180_000,
  );
});
