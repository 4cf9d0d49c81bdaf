import type { Kafka, Message, Producer, Transaction } from 'kafkajs';
import { ClipidError } from '../../../core/errors.js';
import { brokerErrorTypes, toBrokerError } from '../broker-errors.js';
import { CompleteSend } from '../complete-send.js';
import { inBatches, toKafkaMessage } from '../consume/source-messages.js';
import type { LyingLetter } from './letter-box.js';

/** A letter that comes to its end, and the topic that its message is sent to; null: to none. */
export interface Ending {
  readonly lying: LyingLetter;
  readonly to: string | null;
}

/** Longer than any transaction of ours takes; readers of the topics wait so long for a dead process. */
const TRANSACTION_MS = 30_000;

/**
 * Sends messages again and marks their letters as done, all or nothing (invariant 1). There is one
 * transactional id for each dead-letter topic: whoever opens a writer fences all others, so what is
 * read of the topic from then on is changed by nobody else who ends letters.
 */
export class EndingWriter {
  private constructor(
    private readonly producer: Producer,
    private readonly topic: string,
    private readonly complete: CompleteSend,
  ) {}

  /** Waits for the end of what others had begun. Throws UNAVAILABLE, BROKER_FAILED. */
  static async open(kafka: Kafka, topic: string): Promise<EndingWriter> {
    const complete = new CompleteSend({ once: true });
    const producer = kafka.producer({
      transactionalId: `${topic}.replay`,
      transactionTimeout: TRANSACTION_MS,
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: complete.createPartitioner,
    });
    try {
      await producer.connect();
      await (await producer.transaction()).abort();
      return new EndingWriter(producer, topic, complete);
    } catch (thrown) {
      await producer.disconnect().catch(() => undefined);
      throw toBrokerError(thrown);
    }
  }

  /**
   * One transaction. Throws CONFLICT when somebody else opened a writer, UNAVAILABLE, BROKER_FAILED:
   * then only reading the topic again tells whether it happened.
   */
  async write(endings: readonly Ending[]): Promise<void> {
    try {
      const transaction = await this.producer.transaction();
      await this.send(transaction, endings).catch(async (thrown: unknown) => {
        await transaction.abort().catch(() => undefined);
        throw thrown;
      });
      await transaction.commit();
    } catch (thrown) {
      throw isFenced(thrown) ? conflict(thrown) : toBrokerError(thrown);
    }
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }

  private async send(transaction: Transaction, endings: readonly Ending[]): Promise<void> {
    for (const some of inBatches(endings, sizeOf)) {
      const topics = new Set(some.flatMap(({ to }) => to ?? []));
      const topicMessages = [...topics].map((topic) => ({
        topic,
        messages: some.filter(({ to }) => to === topic).map(originalOf),
      }));
      const tombstones = { topic: this.topic, messages: some.map(tombstoneOf) };
      await this.complete.send(transaction, { topicMessages: [...topicMessages, tombstones] });
    }
  }
}

function originalOf({ lying }: Ending): Message {
  return toKafkaMessage(lying.letter.original);
}

/** Where the letter lies: who wrote it may have chosen its partition in another way than we do. */
function tombstoneOf({ lying }: Ending): Message {
  const { letter, partition } = lying;
  return { ...toKafkaMessage({ key: letter.recordKey, value: null, headers: [] }), partition };
}

function sizeOf({ lying }: Ending): number {
  const { key, value, headers } = lying.letter.original;
  const ofHeaders = headers.reduce((sum, [name, bytes]) => sum + name.length + bytes.length, 0);
  return (key?.length ?? 0) + (value?.length ?? 0) + ofHeaders;
}

function isFenced(thrown: unknown): boolean {
  const types = brokerErrorTypes(thrown);
  return types.includes('INVALID_PRODUCER_EPOCH') || types.includes('PRODUCER_FENCED');
}

function conflict(cause: unknown): ClipidError {
  const message =
    'Somebody else replays or drops dead letters of this topic. Try again afterwards.';
  return new ClipidError('CONFLICT', message, { cause });
}
