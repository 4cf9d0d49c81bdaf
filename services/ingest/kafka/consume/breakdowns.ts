/** A member that worked for so long is not the one that broke down before. */
const SOUND_MS = 60_000;
const MOST_IN_A_ROW = 5;

/**
 * Tells a passing trouble from one that comes back each time it is over: a batch that cannot be read,
 * a broken disk. Brokers that are away are no breakdown, however long: then nothing is joined.
 */
export class Breakdowns {
  private joinedMs: number | undefined;
  private inARow = 0;

  joined(): void {
    this.joinedMs ??= performance.now();
  }

  /** Whether it has happened too often to be tried again. */
  crashed(): boolean {
    const lastedMs = this.joinedMs === undefined ? undefined : performance.now() - this.joinedMs;
    this.joinedMs = undefined;
    if (lastedMs === undefined) return false;
    this.inARow = lastedMs < SOUND_MS ? this.inARow + 1 : 1;
    return this.inARow >= MOST_IN_A_ROW;
  }
}
