import { setTimeout as delay } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { ClipSubmitted } from '../../../services/gen/clipid/v1/events.js';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import type { KafkaAccess } from '../../helpers/kafka/connect.js';

export const PARTITIONS = 12;
/** A batch of a producer that sends many: some 40 KB a partition. */
const SENT_AT_ONCE = 2000;
const LOOK_EVERY_MS = 20;
const GIVE_UP_MS = 120_000;

/** Topics of twelve partitions, the one of clips full of messages that wait. */
export class Backlog {
  private constructor(
    readonly topics: ClipTopics,
    readonly messageBytes: number,
    private readonly admin: Admin,
  ) {}

  static async make(access: KafkaAccess, clips: readonly Partial<ClipSubmitted>[]) {
    const topics = await ClipTopics.make(access, { partitions: PARTITIONS });
    for (let from = 0; from < clips.length; from += SENT_AT_ONCE)
      await topics.submit(clips.slice(from, from + SENT_AT_ONCE));
    const bytes = clips.map((clip) => lengthOf(clip)).reduce((sum, one) => sum + one, 0);
    const admin = topics.kafka.admin();
    await admin.connect();
    return new Backlog(topics, Math.round(bytes / clips.length), admin);
  }

  /** How many messages the group is done with, as the broker knows it. */
  async committed(groupId: string): Promise<number> {
    const [found] = await this.admin.fetchOffsets({ groupId, topics: [this.topics.names.clips] });
    const offsets = (found?.partitions ?? []).map(({ offset }) => Math.max(0, Number(offset)));
    return offsets.reduce((sum, offset) => sum + offset, 0);
  }

  /** Messages a second from now on, until the broker knows of at least so many. */
  async rate(groupId: string, messages: number): Promise<number> {
    const startedMs = performance.now();
    for (;;) {
      const committed = await this.committed(groupId);
      const tookMs = performance.now() - startedMs;
      if (committed >= messages) return (1000 * committed) / tookMs;
      if (tookMs > GIVE_UP_MS) throw new Error(`${groupId}: ${committed} of ${messages} messages`);
      await delay(LOOK_EVERY_MS);
    }
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
    await this.topics.close();
  }
}

function lengthOf(clip: Partial<ClipSubmitted>): number {
  return ClipSubmitted.encode(ClipSubmitted.fromPartial(clip)).finish().length;
}

/** As a camera archive sends them: some 250 bytes each. */
export function archiveClips(count: number): Partial<ClipSubmitted>[] {
  return Array.from({ length: count }, (_, i) => ({
    clipId: `north-entrance-${String(i).padStart(8, '0')}`,
    uri: `https://archive.example/cameras/north-entrance/2024/05/17/from-14-00/clip-${i}.mp4?rendition=720p`,
    galleryId: 'default',
    metadata: {
      camera: 'north-entrance',
      site: 'harbour',
      recorder: 'unit-7',
      shift: 'afternoon',
      reason: 'gate alarm',
    },
  }));
}
