import { expect, inject, it, onTestFinished, vi } from 'vitest';
import { OwnedPartition } from '../../../services/ingest/kafka/extract/owned-partition.js';
import { withAdmin } from '../../../services/ingest/kafka/with-admin.js';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import { waitForTopics } from '../../helpers/kafka/topics.js';
import { GALLERY, TestService } from '../../helpers/service.js';

const WAIT = { timeout: 40_000, interval: 100 };
const FIRST = ['a', 'b', 'c'];
const LATER = ['d', 'e'];

async function makeAnew({ kafka }: ClipTopics, topic: string): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    await vi.waitFor(() => admin.createTopics({ topics: [{ topic, numPartitions: 1 }] }), WAIT);
    await waitForTopics(admin, [topic]);
  });
}

it.each(['all', 'extract'] as const)(
  'invariant 1: of a topic that was made anew no clip is taken for one that was read (role %s)',
  async (role) => {
    const topics = await ClipTopics.make(inject('sharedKafka'), { partitions: 1 });
    const settings = { ...topics.settings, role, visionWorkers: 1 };
    const service = await TestService.start({ settings });
    onTestFinished(async () => {
      await service.remove();
      await topics.close();
    });
    const uri = `file://${service.clips.write('broken.mp4', 'no video')}`;
    const send = (ids: readonly string[]) =>
      topics.submit(ids.map((clipId) => ({ clipId, uri, galleryId: GALLERY })));
    const letters = async () => (await topics.read(topics.names.dlq)).map((one) => one.headers);
    await send(FIRST);
    await vi.waitFor(async () => expect(await letters()).toHaveLength(3), WAIT);
    await makeAnew(topics, topics.names.clips);
    await send(LATER);
    await vi.waitFor(async () => {
      const keys = (await letters()).map((headers) => headers['clipid-dlq-key']);
      expect(keys.sort()).toEqual([...FIRST, ...LATER]);
    }, WAIT);
  },
  120_000,
);

it('invariant 1: work that was under way writes no offset of the old topic for the new one', async () => {
  const topics = await ClipTopics.make(inject('sharedKafka'), { partitions: 1 });
  onTestFinished(() => topics.close());
  const { kafka, group: groupId, names } = topics;
  const deps = { kafka, groupId, onTrouble: () => undefined };
  const owned = await OwnedPartition.open(deps, { topic: names.clips, partition: 0 }, 5);
  owned.window.take(5);
  await owned.begin(5, []);
  expect(await topics.committed()).toEqual([5]);
  await makeAnew(topics, names.clips);
  await vi.waitFor(async () => expect(await topics.committed()).toEqual([-1]), WAIT);
  await owned.drop();
  expect(owned.signal.aborted).toBe(true);
  expect(await topics.committed()).toEqual([-1]);
});
