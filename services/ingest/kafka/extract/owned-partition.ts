import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { type ClipidError, toClipidError } from '../../../core/errors.js';
import { OffsetWindow } from '../consume/offset-window.js';
import type { Partition } from '../consume/partition.js';
import { decodeBegun, encodeBegun } from './begun.js';
import { PartitionTransactions, type OutRecord } from './transactions.js';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

export interface OwnedDeps {
  readonly kafka: Kafka;
  readonly groupId: string;
  /** A transaction failed; it is tried again until it works or the partition is lost. */
  readonly onTrouble: (error: ClipidError) => void;
}

/**
 * A partition of the source that this process owns: what was taken of it, and the transactions that
 * write what came of it together with the offset (invariant 1).
 */
export class OwnedPartition {
  private readonly stop = new AbortController();
  /** Starts of messages that are in work, and those that dead processes left behind. */
  private readonly begun: Map<number, number>;
  /** What this process works on, with the starts before its own. */
  private readonly inProgress = new Map<number, number>();
  /** Leaves with the next transaction. */
  private readonly news: OutRecord[] = [];
  private written = '';
  private syncing: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  private constructor(
    private readonly deps: OwnedDeps,
    readonly partition: Partition,
    private transactions: PartitionTransactions,
    readonly window: OffsetWindow<readonly OutRecord[]>,
    begun: Map<number, number>,
  ) {
    this.begun = begun;
  }

  /**
   * Fences whoever had it before. `first` is where reading begins when nothing was committed yet.
   * Throws UNAVAILABLE, BROKER_FAILED.
   */
  static async open(deps: OwnedDeps, partition: Partition, first: number): Promise<OwnedPartition> {
    const { kafka, groupId } = deps;
    const { transactions, position } = await PartitionTransactions.open(kafka, groupId, partition);
    const window = new OffsetWindow<readonly OutRecord[]>(position.offset ?? first);
    const begun = decodeBegun(position.metadata);
    return new OwnedPartition(deps, partition, transactions, window, begun);
  }

  /** Aborted once the partition is another process's. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /** How often the work on this message was begun before without an end. */
  startsOf(offset: number): number {
    return this.begun.get(offset) ?? 0;
  }

  /**
   * Resolves when it is written down that the work begins, and `news` of it has left. Throws CANCELLED
   * once the partition is lost.
   */
  async begin(offset: number, news: readonly OutRecord[]): Promise<void> {
    this.news.push(...news);
    const before = this.startsOf(offset);
    this.inProgress.set(offset, before);
    this.begun.set(offset, before + 1);
    await this.sync();
  }

  /** The work was given up through no fault of the message: its start does not count. */
  abandon(offset: number): void {
    const before = this.inProgress.get(offset);
    if (before === undefined) return;
    this.inProgress.delete(offset);
    if (before > 0) this.begun.set(offset, before);
    else this.begun.delete(offset);
  }

  /** Resolves when the records, and those of all messages before, are committed; see `begin`. */
  async finish(offset: number, records: readonly OutRecord[]): Promise<void> {
    this.window.finish(offset, records);
    this.begun.delete(offset);
    this.inProgress.delete(offset);
    await this.sync();
  }

  /** Writes down what changed, in one transaction with what else has changed by then. */
  sync(): Promise<void> {
    if (this.syncing === undefined) {
      this.syncing = this.write().finally(() => (this.syncing = undefined));
      return this.syncing;
    }
    this.next ??= this.syncing
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        return this.sync();
      });
    return this.next;
  }

  /**
   * The partition is another's, or the process ends. What is in work was no fault of its messages:
   * that is written down if the broker still takes it, and nothing is committed after that.
   */
  async lose(): Promise<void> {
    if (this.stop.signal.aborted) return;
    this.stop.abort();
    await this.syncing?.catch(() => undefined);
    for (const offset of [...this.inProgress.keys()]) this.abandon(offset);
    await this.writeOnce().catch(() => undefined);
    await this.transactions.close();
  }

  private async write(): Promise<void> {
    // Who has finished a clip begins the next one in the same turn: one transaction is for both.
    await nextTurn();
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      this.stop.signal.throwIfAborted();
      try {
        await this.writeOnce();
        return;
      } catch (thrown) {
        this.stop.signal.throwIfAborted();
        this.deps.onTrouble(toClipidError(thrown));
        await delay(pauseMs, undefined, { signal: this.stop.signal });
        await this.reopen();
      }
    }
  }

  private async writeOnce(): Promise<void> {
    const ready = this.window.ready();
    const offset = this.window.offsetBehind(ready.length);
    const metadata = encodeBegun(new Map([...this.begun].filter(([one]) => one >= offset)));
    const wanted = `${offset} ${metadata}`;
    const news = [...this.news];
    if (wanted === this.written && news.length === 0) return;
    await this.transactions.commit([...news, ...ready.flat()], offset, metadata);
    this.news.splice(0, news.length);
    this.written = wanted;
    this.window.committedUpTo(offset);
  }

  /** After a failure only the broker knows what was committed: it is asked, once it takes no more of it. */
  private async reopen(): Promise<void> {
    await this.transactions.close();
    const { kafka, groupId } = this.deps;
    try {
      const opened = await PartitionTransactions.open(kafka, groupId, this.partition);
      this.transactions = opened.transactions;
      this.written = '';
      if (this.stop.signal.aborted) await this.transactions.close();
      if (opened.position.offset !== null) this.window.committedUpTo(opened.position.offset);
    } catch (thrown) {
      this.deps.onTrouble(toClipidError(thrown));
    }
  }
}
