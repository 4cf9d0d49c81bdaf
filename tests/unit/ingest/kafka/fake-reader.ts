import type { SourceMessage } from '../../../../services/core/source-message.js';
import type { Position } from '../../../../services/ingest/kafka/consume/commit-loop.js';
import {
  partitionKey,
  type Partition,
} from '../../../../services/ingest/kafka/consume/partition.js';
import type {
  ReaderListener,
  TopicReader,
} from '../../../../services/ingest/kafka/consume/topic-reader.js';

/** A reader without brokers: a test gives it partitions and messages. */
export class FakeReader implements Pick<TopicReader, keyof TopicReader> {
  readonly committed: Position[] = [];
  readonly sought: string[] = [];
  isStarted = false;
  /** What a commit ends with. */
  refusal: Error | undefined;
  private readonly waiting = new Map<string, SourceMessage[]>();
  private readonly mine = new Map<string, Partition>();

  constructor(private readonly listener: ReaderListener) {}

  start(): Promise<void> {
    this.isStarted = true;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.isStarted = false;
    return Promise.resolve();
  }

  /** Of a partition that it has. */
  give(...messages: readonly SourceMessage[]): void {
    for (const message of messages) this.waiting.get(partitionKey(message))?.push(message);
    this.listener.available();
  }

  assign(...partitions: readonly Partition[]): void {
    const gained = partitions.filter((one) => !this.has(one));
    for (const one of gained) {
      this.mine.set(partitionKey(one), one);
      this.waiting.set(partitionKey(one), []);
    }
    this.listener.assigned({ gained, lost: [] });
  }

  lose(partition: Partition): void {
    this.mine.delete(partitionKey(partition));
    this.waiting.delete(partitionKey(partition));
    this.listener.assigned({ gained: [], lost: [partition] });
  }

  partitions(): Partition[] {
    return [...this.mine.values()];
  }

  has(partition: Partition): boolean {
    return this.mine.has(partitionKey(partition));
  }

  peek(partition: Partition): SourceMessage | undefined {
    return this.waiting.get(partitionKey(partition))?.[0];
  }

  shift(partition: Partition): void {
    this.waiting.get(partitionKey(partition))?.shift();
  }

  oldestMs(): number | undefined {
    return undefined;
  }

  hold(partition: Partition): void {
    this.waiting.set(partitionKey(partition), []);
  }

  seek(partition: Partition, offset: number): void {
    this.sought.push(`${partitionKey(partition)} ${offset}`);
  }

  commit(offsets: readonly Position[]): Promise<void> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    this.committed.push(...offsets);
    return Promise.resolve();
  }

  /** The last offset that was committed of a partition. */
  committedOf(partition: Partition): number | undefined {
    const key = partitionKey(partition);
    return this.committed.findLast((one) => partitionKey(one) === key)?.offset;
  }
}

export const NO_METER = {
  taken: () => undefined,
  finished: () => undefined,
  retried: () => undefined,
  deadLettered: () => undefined,
  rebalanced: () => undefined,
  sent: () => undefined,
};
