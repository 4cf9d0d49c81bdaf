import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import { GALLERY, TestService } from '../../helpers/service.js';
import { ADA_ALONE, film, LOUNGE, still } from '../../helpers/service-people.js';

const WAIT = { timeout: 60_000, interval: 100 };

let topics: ClipTopics;
let gallery: TestService;
let extractors: TestService[];
let ada: string;
let lounge: string;
beforeAll(async () => {
  topics = await ClipTopics.make(inject('sharedKafka'), { partitions: 3, priority: true });
  gallery = await TestService.start({ settings: { ...topics.settings, role: 'gallery' } });
  const settings = {
    ...topics.settings,
    role: 'extract',
    allowedFolders: gallery.clips.path,
    visionWorkers: 1,
    clipConcurrency: 1,
    maxAttempts: 3,
  };
  extractors = [await TestService.start({ settings }), await TestService.start({ settings })];
  ada = film(gallery.clips, 'ada.mp4', await still(ADA_ALONE), { seconds: 1 });
  lounge = film(gallery.clips, 'lounge.mp4', await still(LOUNGE), { seconds: 1 });
}, 240_000);
afterAll(async () => {
  await Promise.all(extractors.map((one) => one.remove()));
  await gallery.remove();
  await topics.close();
});

async function statusOf(clipId: string): Promise<string[]> {
  const all = await topics.statuses();
  return all.filter((one) => one.clipId === clipId).map((one) => one.status.slice(12));
}

const clip = (clipId: string, path: string) => {
  return { clipId, uri: `file://${path}`, galleryId: GALLERY };
};

describe('extract and gallery processes', () => {
  it('work on clips together; the gallery decides and answers', async () => {
    const ids = Array.from({ length: 8 }, (_, i) => `clip${i}`);
    await topics.submit(ids.map((id, i) => clip(id, i % 2 === 0 ? ada : lounge)));
    for (const id of ids) {
      await vi.waitFor(async () => expect(await statusOf(id)).toEqual(['ACCEPTED', 'DONE']), WAIT);
    }
    expect(await gallery.appearances('clip0')).toHaveLength(1);
    expect((await gallery.appearances('clip1')).length).toBeGreaterThan(1);
    const tracks = await topics.read(topics.names.tracks);
    expect(tracks).toHaveLength(8);
    await vi.waitFor(
      async () =>
        expect(await topics.committed(topics.names.tracks, `${topics.group}-gallery`)).not.toEqual(
          [],
        ),
      WAIT,
    );
  });

  it('give up what cannot be worked on, with a dead letter and the clip FAILED in the gallery', async () => {
    const broken = gallery.clips.write('broken.mp4', 'not a video');
    await topics.submit([clip('broken', broken)]);
    await topics.submit([{ ...clip('lost', ada), galleryId: 'nowhere' }]);
    await topics.sendRaw(Buffer.of(1, 2, 3));
    await vi.waitFor(async () => {
      const letters = await topics.read(topics.names.dlq);
      expect(letters.map((one) => one.headers['clipid-dlq-reason']).sort()).toEqual([
        'CLIP_UNREADABLE',
        'GALLERY_NOT_FOUND',
        'MESSAGE_INVALID',
      ]);
    }, WAIT);
    await vi.waitFor(
      async () => expect(await statusOf('broken')).toEqual(['ACCEPTED', 'FAILED']),
      WAIT,
    );
    const { clip: row } = await gallery.client.clips.getClip({
      galleryId: GALLERY,
      clipId: 'broken',
    });
    expect(row?.error?.code).toBe('CLIP_UNREADABLE');
  });

  it('try again by way of the retry topics, and give up after the last attempt', async () => {
    await topics.submit([
      clip('gone', `${gallery.clips.path}/never.mp4`),
      clip('later', `${gallery.clips.path}/later.mp4`),
    ]);
    await vi.waitFor(
      async () => expect(await statusOf('later')).toEqual(['ACCEPTED', 'RETRYING']),
      WAIT,
    );
    film(gallery.clips, 'later.mp4', await still(ADA_ALONE));
    await vi.waitFor(async () => expect(await statusOf('later')).toContain('DONE'), WAIT);
    await vi.waitFor(
      async () =>
        expect(await statusOf('gone')).toEqual(['ACCEPTED', 'RETRYING', 'RETRYING', 'FAILED']),
      WAIT,
    );
    const letters = await topics.read(topics.names.dlq);
    const gone = letters.find((one) => one.headers['clipid-dlq-reason'] === 'CLIP_UNREACHABLE');
    expect(gone?.headers['clipid-dlq-attempts']).toBe('3');
    expect(gone?.headers['clipid-dlq-topic']).toBe(topics.names.clips);
  });

  it('skip what comes too late', async () => {
    await topics.submit([{ ...clip('late', ada), notAfter: { seconds: 1_000_000, nanos: 0 } }]);
    await vi.waitFor(async () => expect(await statusOf('late')).toEqual(['EXPIRED']), WAIT);
  });

  it('leave in order: a clip in work is finished, its offset committed', async () => {
    await topics.submit([clip('last', lounge)]);
    await extractors[0]?.stop();
    await vi.waitFor(
      async () => expect(await statusOf('last')).toEqual(['ACCEPTED', 'DONE']),
      WAIT,
    );
    await extractors[0]?.start();
  });
});
