import { setTimeout as delay } from 'node:timers/promises';
import type { Kafka, Producer, TopicMessages } from 'kafkajs';
import type { MessageHeader } from '../../../core/source-message.js';
import { toBrokerError } from '../broker-errors.js';
import { CompleteSend } from '../complete-send.js';
import { coordinatorError } from '../coordinator-refusal.js';
import type { Partition } from '../consume/partition.js';
import { inBatches, toKafkaMessage } from '../consume/source-messages.js';

/** A record to be written to a topic. */
export interface OutRecord {
  readonly topic: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly MessageHeader[];
}

/** Where a group's reading of a partition stands. */
export interface Position {
  /** Null: nothing was committed yet. */
  readonly offset: number | null;
  readonly metadata: string | null;
}

const TRANSACTION_MS = 60_000;
/**
 * The broker refuses a transaction while it writes the end of the one before, which takes it some
 * milliseconds: kafkajs is to ask again soon, and for a minute all the same.
 */
const RETRY = { initialRetryTime: 5, maxRetryTime: 5000, retries: 21 };
const EARLIER_TRIES = 250;
const EARLIER_PAUSE_MS = 20;

/**
 * The transactions of one partition of the source: what came of its messages and its offset, all or
 * nothing. One transactional id for each group and partition: whoever opens it fences every process
 * that had it before, so that a process which was taken for dead can commit nothing any more. (The
 * client sends no generation with its offsets, which would be the other way to tell.)
 */
export class PartitionTransactions {
  private constructor(
    private readonly producer: Producer,
    private readonly groupId: string,
    private readonly partition: Partition,
    private readonly complete: CompleteSend,
  ) {}

  /**
   * Fences earlier owners, waits for the end of what they had begun, then reads the position: in this
   * order nobody can move it unseen. Throws UNAVAILABLE, BROKER_FAILED.
   */
  static async open(
    kafka: Kafka,
    groupId: string,
    partition: Partition,
  ): Promise<{ transactions: PartitionTransactions; position: Position }> {
    const complete = new CompleteSend({ once: true });
    const producer = kafka.producer({
      transactionalId: `${groupId}-${partition.topic}-${partition.partition}`,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: TRANSACTION_MS,
      retry: RETRY,
      allowAutoTopicCreation: false,
      createPartitioner: complete.createPartitioner,
    });
    try {
      await producer.connect();
      await (await producer.transaction()).abort();
      const position = await committedPosition(kafka, groupId, partition);
      const made = new PartitionTransactions(producer, groupId, partition, complete);
      return { transactions: made, position };
    } catch (thrown) {
      await producer.disconnect().catch(() => undefined);
      throw coordinatorError(kafka, thrown);
    }
  }

  /** Throws UNAVAILABLE, BROKER_FAILED: then it is not known whether it happened, and only `open` tells. */
  async commit(records: readonly OutRecord[], offset: number, metadata: string): Promise<void> {
    const { topic, partition } = this.partition;
    try {
      const transaction = await this.producer.transaction();
      for (const some of inBatches(records, sizeOf)) {
        await this.complete.send(transaction, { topicMessages: byTopic(some) });
      }
      const partitions = [{ partition, offset: String(offset), metadata }];
      const offsets = { consumerGroupId: this.groupId, topics: [{ topic, partitions }] };
      await afterEarlierOnes(() => transaction.sendOffsets(offsets));
      await transaction.commit();
    } catch (thrown) {
      throw toBrokerError(thrown);
    }
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }
}

/** The broker may still be writing the end of the transaction before: sending waits for it, this must too. */
async function afterEarlierOnes(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await work();
      return;
    } catch (thrown) {
      const isBusy = (thrown as { type?: unknown }).type === 'CONCURRENT_TRANSACTIONS';
      if (!isBusy || tries >= EARLIER_TRIES) throw thrown;
      await delay(EARLIER_PAUSE_MS);
    }
  }
}

async function committedPosition(
  kafka: Kafka,
  groupId: string,
  { topic, partition }: Partition,
): Promise<Position> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const found = await admin.fetchOffsets({ groupId, topics: [topic] });
    const mine = found[0]?.partitions.find((one) => one.partition === partition);
    const offset = Number(mine?.offset ?? -1);
    return { offset: offset < 0 ? null : offset, metadata: mine?.metadata ?? null };
  } finally {
    await admin.disconnect();
  }
}

function sizeOf({ key, value, headers }: OutRecord): number {
  const ofHeaders = headers.reduce((sum, [name, bytes]) => sum + name.length + bytes.length, 0);
  return (key?.length ?? 0) + (value?.length ?? 0) + ofHeaders;
}

function byTopic(records: readonly OutRecord[]): TopicMessages[] {
  const topics = [...new Set(records.map((one) => one.topic))];
  return topics.map((topic) => ({
    topic,
    messages: records.filter((one) => one.topic === topic).map(toKafkaMessage),
  }));
}
