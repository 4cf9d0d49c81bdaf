import { afterAll, expect, inject, it, vi } from 'vitest';
import { ClipFolder } from '../../helpers/clips.js';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import { GALLERY, TestService } from '../../helpers/service.js';
import { ADA_ALONE, film, still } from '../../helpers/service-people.js';
import { SlowServer } from '../../helpers/slow-server.js';
import { findTools } from '../../../services/video/tools.js';

const WAIT = { timeout: 60_000, interval: 200 };
const IN_FLIGHT = 3;
const WORK_MS = 4000;
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

it('a slow clip before as many quick ones as may be in flight does not stop those behind them', async () => {
  const topics = await ClipTopics.make(inject('sharedKafka'), { partitions: 1 });
  const clips = new ClipFolder((await findTools()).ffmpeg.path);
  const path = film(clips, 'clip.mp4', await still(ADA_ALONE));
  const server = await SlowServer.start(path, WORK_MS);
  const broken = `file://${clips.write('broken.mp4', 'no video')}`;
  ends.push(
    () => topics.close(),
    () => clips.remove(),
    () => server.stop(),
  );
  const ids = Array.from({ length: 4 * IN_FLIGHT }, (_, i) => `quick-${i}`);
  await topics.submit([{ clipId: 'slow', uri: server.uri, galleryId: GALLERY }]);
  await topics.submit(ids.map((clipId) => ({ clipId, uri: broken, galleryId: GALLERY })));
  const service = await TestService.start({
    settings: {
      ...{ ...topics.settings, role: 'extract', visionWorkers: 1, clipConcurrency: 2 },
      ...{ kafkaInFlight: IN_FLIGHT, allowedHosts: server.host, allowedFolders: clips.path },
    },
  });
  ends.push(() => service.remove());
  await vi.waitFor(async () => {
    const tracks = await topics.read(topics.names.tracks);
    expect(tracks.map((one) => one.key).sort()).toEqual([...ids, 'slow'].sort());
  }, WAIT);
}, 120_000);
