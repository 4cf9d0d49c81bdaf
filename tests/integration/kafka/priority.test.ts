import { afterAll, describe, expect, inject, it, vi } from 'vitest';
import { findTools } from '../../../services/video/tools.js';
import { ClipFolder } from '../../helpers/clips.js';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import { GALLERY, TestService } from '../../helpers/service.js';
import { ADA_ALONE, film, still } from '../../helpers/service-people.js';
import { SlowServer } from '../../helpers/slow-server.js';

const WAIT = { timeout: 90_000, interval: 200 };
const NORMAL = Array.from({ length: 14 }, (_, i) => `normal-${i}`);
const HIGH = Array.from({ length: 6 }, (_, i) => `high-${i}`);
/** The clip before all others takes so long: the high ones are sent meanwhile. */
const WORK_MS = 4000;
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** One clip is in work, more than may be in flight wait, then come the high ones. */
async function started(role: 'all' | 'extract'): Promise<ClipTopics> {
  const topics = await ClipTopics.make(inject('sharedKafka'), { partitions: 1, priority: true });
  const clips = new ClipFolder((await findTools()).ffmpeg.path);
  const server = await SlowServer.start(
    film(clips, 'a.mp4', await still(ADA_ALONE), { seconds: 0.5 }),
    WORK_MS,
  );
  const broken = `file://${clips.write('broken.mp4', 'no video')}`;
  const settings = {
    ...{ ...topics.settings, role, visionWorkers: 1, clipConcurrency: 1, kafkaInFlight: 8 },
    ...{ allowedHosts: server.host, allowedFolders: clips.path },
  };
  const service = await TestService.start({ settings });
  ends.push(
    () => topics.close(),
    () => clips.remove(),
    () => server.stop(),
  );
  ends.push(() => service.remove());
  const quick = (clipId: string) => ({ clipId, uri: broken, galleryId: GALLERY });
  await topics.submit([{ clipId: 'slow', uri: server.uri, galleryId: GALLERY }]);
  await topics.submit(NORMAL.map(quick));
  await vi.waitFor(() => expect(server.begun).toBe(1), WAIT);
  await topics.submit(HIGH.map(quick), topics.names.priority);
  return topics;
}

/** The clips in the order in which they came to their end. */
async function ended(topics: ClipTopics, role: 'all' | 'extract'): Promise<string[]> {
  if (role === 'extract')
    return (await topics.read(topics.names.tracks)).map(({ key }) => key ?? '');
  const statuses = await topics.statuses();
  return statuses.filter((one) => one.status !== 'CLIP_STATUS_ACCEPTED').map((one) => one.clipId);
}

describe('clips of the priority topic', () => {
  it.concurrent.each(['all', 'extract'] as const)(
    'are worked on before those that wait, which go on meanwhile (role %s)',
    async (role) => {
      const topics = await started(role);
      let order: string[] = [];
      await vi.waitFor(async () => {
        order = await ended(topics, role);
        expect(order).toHaveLength(1 + NORMAL.length + HIGH.length);
      }, WAIT);
      expect(order[0]).toBe('slow');
      const first = order.slice(1, 1 + 3);
      expect(first.filter((one) => HIGH.includes(one)).length).toBeGreaterThanOrEqual(2);
      const untilLastHigh = order.slice(1, 1 + order.findLastIndex((one) => HIGH.includes(one)));
      expect(untilLastHigh.length).toBeLessThanOrEqual(HIGH.length + 4);
      expect(untilLastHigh.filter((one) => NORMAL.includes(one)).length).toBeGreaterThanOrEqual(2);
      expect([...order].sort()).toEqual(['slow', ...NORMAL, ...HIGH].sort());
    },
    120_000,
  );
});
