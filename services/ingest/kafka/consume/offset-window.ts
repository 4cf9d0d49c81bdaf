/** A message that was taken and, once it is finished, what came of it. */
export interface Taken<Result> {
  readonly offset: number;
  /** Undefined while it is in work. */
  result: Result | undefined;
}

/**
 * What was taken from one partition and is not committed yet. Work ends in any order, but an offset
 * says that everything before it is done: only the finished ones at the front may be committed
 * (invariant 1). Offsets ascend with gaps, as the broker's own records have offsets too.
 */
export class OffsetWindow<Result> {
  private readonly taken: Taken<Result>[] = [];
  private committed: number;
  private highest: number;

  /** `next`: the offset that is to be taken next, as it is committed. */
  constructor(next: number) {
    this.committed = next;
    this.highest = next;
  }

  /** Where a reader goes on: behind everything that was taken. */
  get nextToTake(): number {
    return this.highest;
  }

  /** What the group's committed offset is, as far as this process knows. */
  get committedOffset(): number {
    return this.committed;
  }

  get size(): number {
    return this.taken.length;
  }

  /** False for a message that was taken before, as a rebalance gives it again. */
  take(offset: number): boolean {
    if (offset < this.highest) return false;
    this.taken.push({ offset, result: undefined });
    this.highest = offset + 1;
    return true;
  }

  /** Passed over where the offset is not in work any more. */
  finish(offset: number, result: Result): void {
    const entry = this.taken.find((one) => one.offset === offset);
    if (entry !== undefined) entry.result = result;
  }

  /** The finished ones at the front, in order. */
  ready(): Result[] {
    const results: Result[] = [];
    for (const { result } of this.taken) {
      if (result === undefined) break;
      results.push(result);
    }
    return results;
  }

  /** The offset to commit once the first `count` of `ready` are durable. */
  offsetBehind(count: number): number {
    const last = this.taken[count - 1];
    if (last === undefined) return this.committed;
    return count === this.taken.length ? this.highest : last.offset + 1;
  }

  /** Everything below `offset` is committed, by this process or, as the broker says, by another. */
  committedUpTo(offset: number): void {
    this.committed = Math.max(this.committed, offset);
    this.highest = Math.max(this.highest, offset);
    while ((this.taken[0]?.offset ?? Number.POSITIVE_INFINITY) < offset) this.taken.shift();
  }
}
