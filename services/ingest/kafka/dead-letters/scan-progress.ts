import type { PartitionEnds } from '../partition-ends.js';

/**
 * - STABLE: up to the first transaction that is not at its end, so it never waits.
 * - WRITTEN: up to the last record there is, waiting for transactions. A record that was committed
 *   behind an open transaction counts, though nobody can read it yet.
 */
export type ScanEnd = 'STABLE' | 'WRITTEN';

/** How far the partitions of a topic are read, whatever order they come in and however often. */
export class ScanProgress {
  private readonly next: Map<number, number>;
  private readonly ends: Map<number, number>;
  private readonly isMeasured = new Set<number>();

  constructor(
    partitions: readonly PartitionEnds[],
    private readonly until: ScanEnd,
  ) {
    this.next = new Map(partitions.map(({ partition, low }) => [partition, low]));
    this.ends = new Map(partitions.map(({ partition, end }) => [partition, end]));
  }

  get isDone(): boolean {
    return [...this.ends].every(([partition, end]) => this.nextOf(partition) >= end);
  }

  /** False for what was read before: a consumer that joins anew begins at the beginning. */
  isNew(partition: number, offset: number): boolean {
    return offset >= this.nextOf(partition);
  }

  /**
   * Everything up to `lastOffset` was read, be it messages or the broker's own records. The first
   * `writtenEnd` of a partition is its end when the reading began. Returns whether it went on.
   */
  advance(partition: number, lastOffset: number, writtenEnd: number): boolean {
    this.measure(partition, writtenEnd);
    if (lastOffset < this.nextOf(partition)) return false;
    this.next.set(partition, lastOffset + 1);
    return true;
  }

  private measure(partition: number, writtenEnd: number): void {
    if (this.until === 'STABLE' || this.isMeasured.has(partition)) return;
    this.isMeasured.add(partition);
    this.ends.set(partition, Math.max(writtenEnd, this.ends.get(partition) ?? 0));
  }

  /** A partition that was added since has nothing that counts. */
  private nextOf(partition: number): number {
    return this.next.get(partition) ?? Number.POSITIVE_INFINITY;
  }
}
