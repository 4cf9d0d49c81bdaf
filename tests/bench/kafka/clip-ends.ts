import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { Consumer, Kafka } from 'kafkajs';
import { IdentificationEvent } from '../../../services/gen/clipid/v1/events.js';
import { fromTimestamp } from '../../../services/wire/time.js';

const GIVE_UP_MS = 180_000;

/** The end of a clip as whoever reads the events learns of it. */
export interface ClipEnd {
  /** From the timestamp of its message until its people can be found. */
  readonly searchableMs: number;
  /** From then on until the event was read here. */
  readonly toldMs: number;
}

/** Reads the topic of identifications, as somebody who uses clipid does. */
export class ClipEnds {
  private readonly ends = new Map<string, ClipEnd>();
  private readonly news = new EventEmitter();

  private constructor(private readonly consumer: Consumer) {}

  static async follow(kafka: Kafka, topic: string): Promise<ClipEnds> {
    const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}` });
    const ends = new ClipEnds(consumer);
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        ends.note(message.value ?? Buffer.of());
        return Promise.resolve();
      },
    });
    return ends;
  }

  /** Resolves when the ends of all of them were read; rejects when that takes three minutes. */
  async of(clipIds: readonly string[]): Promise<ClipEnd[]> {
    const signal = AbortSignal.timeout(GIVE_UP_MS);
    for (;;) {
      const known = clipIds.flatMap((clipId) => this.ends.get(clipId) ?? []);
      if (known.length === clipIds.length) return known;
      await once(this.news, 'end', { signal });
    }
  }

  close(): Promise<void> {
    return this.consumer.disconnect();
  }

  private note(value: Buffer): void {
    const { clipId, event } = IdentificationEvent.decode(value);
    if (event?.$case !== 'clip') return;
    const { requestTime, endTime } = event.clip.timings ?? {};
    if (requestTime === undefined || endTime === undefined) throw new Error('an end without times');
    const endMs = fromTimestamp(endTime, 'end_time');
    const searchableMs = endMs - fromTimestamp(requestTime, 'request_time');
    this.ends.set(clipId, { searchableMs, toldMs: Date.now() - endMs });
    this.news.emit('end');
  }
}
