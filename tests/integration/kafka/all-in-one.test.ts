import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { TestService, GALLERY } from '../../helpers/service.js';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import { ADA_ALONE, film, still } from '../../helpers/service-people.js';

const WAIT = { timeout: 30_000, interval: 100 };

let topics: ClipTopics;
let service: TestService;
let ada: string;
beforeAll(async () => {
  topics = await ClipTopics.make(inject('sharedKafka'), { priority: true });
  service = await TestService.start({ settings: topics.settings });
  ada = film(service.clips, 'ada.mp4', await still(ADA_ALONE), { seconds: 1 });
});
afterAll(async () => {
  await service.remove();
  await topics.close();
});

async function statusOf(clipId: string): Promise<string[]> {
  const all = await topics.statuses();
  return all.filter((one) => one.clipId === clipId).map((one) => one.status.slice(12));
}

describe('the role all', () => {
  it('works on a clip, tells who was seen, and commits its offset', async () => {
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const sent = {
      clipId: 'a',
      uri: `file://${ada}`,
      galleryId: GALLERY,
      metadata: { camera: 'door' },
    };
    await topics.submit([sent], undefined, { traceparent: trace });
    await vi.waitFor(async () => expect(await statusOf('a')).toEqual(['ACCEPTED', 'DONE']), WAIT);
    const events = await topics.identifications();
    expect(events.map((one) => one.event?.$case)).toEqual(['track', 'clip']);
    expect(events[0]).toMatchObject({
      clipId: 'a',
      galleryId: GALLERY,
      metadata: { camera: 'door' },
      traceId: '0af7651916cd43dd8448eb211c80319c',
      submissionId: expect.stringMatching(`^${topics.names.clips}/\\d/0$`) as string,
    });
    const [record] = await topics.read(topics.names.identifications);
    expect(record?.headers['traceparent']).toBe(trace);
    expect(record?.key).toBe('a');
    await vi.waitFor(
      async () => expect((await topics.committed()).filter((at) => at === 1)).toHaveLength(1),
      WAIT,
    );
  });

  it('puts what cannot be worked on into the dead letters, as it came', async () => {
    const unknown = { clipId: 'lost', uri: `file://${ada}`, galleryId: 'nowhere' };
    await topics.submit([unknown], undefined, { tenant: 'x' });
    await topics.sendRaw(Buffer.from('no message'), { 'content-type': 'application/json' });
    const broken = service.clips.write('broken.mp4', 'not a video');
    await topics.submit([{ clipId: 'broken', uri: `file://${broken}`, galleryId: GALLERY }]);
    await topics.submit([{ clipId: 'out', uri: 'file:///etc/passwd', galleryId: GALLERY }]);
    await vi.waitFor(async () => {
      const letters = await topics.read(topics.names.dlq);
      expect(letters.map((one) => one.headers['clipid-dlq-reason']).sort()).toEqual([
        'CLIP_UNREADABLE',
        'GALLERY_NOT_FOUND',
        'MESSAGE_INVALID',
        'URI_FORBIDDEN',
      ]);
      const letter = letters.find((one) => one.value?.toString() === 'no message');
      expect(letter?.headers['content-type']).toBe('application/json');
    }, WAIT);
    expect(await statusOf('broken')).toEqual(['ACCEPTED', 'FAILED']);
    expect(await statusOf('lost')).toEqual(['FAILED']);
    await vi.waitFor(
      async () =>
        expect((await topics.committed()).reduce((a, b) => a + Math.max(0, b), 0)).toBe(5),
      WAIT,
    );
  });

  it('tries again what may pass, and holds nobody up meanwhile', async () => {
    await topics.submit([
      { clipId: 'gone', uri: `file://${service.clips.path}/later.mp4`, galleryId: GALLERY },
      { clipId: 'behind', uri: `file://${ada}`, galleryId: GALLERY },
    ]);
    await vi.waitFor(async () => expect(await statusOf('gone')).toContain('RETRYING'), WAIT);
    await vi.waitFor(async () => expect(await statusOf('behind')).toContain('DONE'), WAIT);
    film(service.clips, 'later.mp4', await still(ADA_ALONE));
    await vi.waitFor(async () => expect(await statusOf('gone')).toContain('DONE'), WAIT);
  });

  it('skips a clip that comes too late, without a dead letter', async () => {
    const before = (await topics.read(topics.names.dlq)).length;
    const notAfter = { seconds: 1_000_000, nanos: 0 };
    await topics.submit([{ clipId: 'late', uri: `file://${ada}`, galleryId: GALLERY, notAfter }]);
    await vi.waitFor(
      async () => expect(await statusOf('late')).toEqual(['ACCEPTED', 'EXPIRED']),
      WAIT,
    );
    expect(await topics.read(topics.names.dlq)).toHaveLength(before);
  });

  it('tells of clips that came by a call, too', async () => {
    const clip = await service.ingestDone(ada);
    await vi.waitFor(async () => expect(await statusOf(clip.clipId)).toContain('DONE'), WAIT);
  });
});
