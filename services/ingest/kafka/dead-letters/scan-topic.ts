import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { ClipidError } from '../../../core/errors.js';
import type { SourceMessage } from '../../../core/source-message.js';
import { toBrokerError } from '../broker-errors.js';
import { toSourceMessages } from '../consume/source-messages.js';
import { withAdmin } from '../with-admin.js';
import { endsOf } from '../partition-ends.js';
import { ScanProgress, type ScanEnd } from './scan-progress.js';

export interface ScanOptions {
  readonly until: ScanEnd;
  /** Without news for so long it fails; longer than brokers keep a dead process's transaction open. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
}

const LOOK_EVERY_MS = 50;
const FETCH_WAIT_MS = 250;
/** Larger than a batch may be by default, so that what compaction left of one hides no other. */
const BYTES_PER_PARTITION = 4 * 1024 * 1024;

/**
 * Gives every committed record of a topic to `onRecord`, from the beginning to the end as of now, in
 * the order of each partition; possibly some that came later. Leaves nothing behind on the brokers.
 * Throws BROKER_FAILED (no such topic, no right), UNAVAILABLE, DEADLINE_EXCEEDED when it stalls,
 * CANCELLED.
 */
export async function scanTopic(
  kafka: Kafka,
  topic: string,
  options: ScanOptions,
  onRecord: (record: SourceMessage) => void,
): Promise<void> {
  const progress = new ScanProgress(await endsOf(kafka, topic), options.until);
  if (progress.isDone) return;
  try {
    await scanAsGroup(kafka, new Scan(topic, progress, onRecord), options);
  } catch (thrown) {
    throw toBrokerError(thrown);
  }
}

/** The client reads in groups only: one that nobody else has, which commits nothing and is deleted. */
async function scanAsGroup(kafka: Kafka, scan: Scan, options: ScanOptions): Promise<void> {
  const groupId = `${scan.topic}.reader-${randomUUID()}`;
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    maxBytesPerPartition: BYTES_PER_PARTITION,
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic: scan.topic, fromBeginning: true });
    await scan.run(consumer, options);
  } finally {
    await consumer.disconnect().catch(() => undefined);
    // Without the right to do so the brokers forget it by themselves, as it has committed nothing.
    await withAdmin(kafka, (admin) => admin.deleteGroups([groupId])).catch(() => undefined);
  }
}

/** One reading of a topic. */
class Scan {
  private newsMs = performance.now();
  private failure: unknown;

  constructor(
    readonly topic: string,
    private readonly progress: ScanProgress,
    private readonly onRecord: (record: SourceMessage) => void,
  ) {}

  /** Resolves at the end of the topic; the consumer then still runs. */
  async run(consumer: Consumer, options: ScanOptions): Promise<void> {
    this.follow(consumer);
    consumer
      .run({ autoCommit: false, eachBatch: this.receive })
      .catch((thrown: unknown) => (this.failure ??= thrown));
    for (;;) {
      this.check(options);
      if (this.progress.isDone) return;
      await delay(LOOK_EVERY_MS);
    }
  }

  /** Never throws: the client would try the same batch again for ever. */
  private readonly receive = ({ batch }: EachBatchPayload): Promise<void> => {
    try {
      const messages = toSourceMessages(batch.topic, batch.partition, batch.messages);
      const isNew = ({ partition, offset }: SourceMessage) =>
        this.progress.isNew(partition, offset);
      messages.filter(isNew).forEach(this.onRecord);
    } catch (thrown) {
      this.failure ??= thrown;
    }
    return Promise.resolve();
  };

  /** The client tells of every batch, but hands over only those with messages in them. */
  private follow(consumer: Consumer): void {
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      const { partition, lastOffset, highWatermark } = payload;
      const wentOn = this.progress.advance(partition, Number(lastOffset), Number(highWatermark));
      if (wentOn) this.newsMs = performance.now();
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) this.failure ??= payload.error;
    });
  }

  private check({ signal, stallMs }: ScanOptions): void {
    signal.throwIfAborted();
    if (this.failure !== undefined) throw toBrokerError(this.failure);
    if (performance.now() - this.newsMs < stallMs) return;
    const seconds = Math.round(stallMs / 1000);
    const message = `The topic '${this.topic}' gave nothing new for ${seconds} s before its end: a transaction on it may be open, or a broker away. Try again in a minute.`;
    throw new ClipidError('DEADLINE_EXCEEDED', message);
  }
}
