import { setTimeout as delay } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { toClipidError } from '../../core/errors.js';
import { brokerErrorTypes } from './broker-errors.js';
import { requireTopic, withAdmin } from './with-admin.js';

/** What of a partition there is to read: from `low` up to `end`, which is not part of it. */
export interface PartitionEnds {
  readonly partition: number;
  readonly low: number;
  readonly end: number;
}

const TRIES = 20;
const PAUSE_MS = 500;

/**
 * Where each partition begins and where its first open transaction or, without one, its end is.
 * Throws BROKER_FAILED, UNAVAILABLE. The client gives up at once where a partition has just changed
 * its leader, and does not ask who that is now; another connection does.
 */
export async function endsOf(kafka: Kafka, topic: string): Promise<PartitionEnds[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await withAdmin(kafka, (admin) => askEnds(admin, topic));
    } catch (thrown) {
      if (!isPassing(thrown) || tries >= TRIES) throw thrown;
      await delay(PAUSE_MS);
    }
  }
}

async function askEnds(admin: Admin, topic: string): Promise<PartitionEnds[]> {
  await requireTopic(admin, topic);
  const partitions = await admin.fetchTopicOffsets(topic);
  return partitions.map(({ partition, low, high }) => ({
    partition,
    low: Number(low),
    end: Number(high),
  }));
}

/** Brokers that cannot be reached were tried for long enough; one that answers may do better soon. */
function isPassing(thrown: unknown): boolean {
  return toClipidError(thrown).canRetry && brokerErrorTypes(thrown).length > 0;
}
