import { OffsetWindow } from './offset-window.js';
import { partitionKey, type Partition } from './partition.js';

/** How far a partition may be committed, and the window that says so. */
export interface DueOffset<Result> extends Partition {
  readonly offset: number;
  readonly window: OffsetWindow<Result>;
}

/** The windows of a process's partitions. */
export class OffsetWindows<Result> {
  private readonly windows = new Map<string, Partition & { window: OffsetWindow<Result> }>();

  /** Begun at `first` where there is none yet. */
  of({ topic, partition }: Partition, first: number): OffsetWindow<Result> {
    const known = this.windows.get(partitionKey({ topic, partition }));
    if (known !== undefined) return known.window;
    const window = new OffsetWindow<Result>(first);
    this.windows.set(partitionKey({ topic, partition }), { topic, partition, window });
    return window;
  }

  forget(partition: Partition): void {
    this.windows.delete(partitionKey(partition));
  }

  /** How far each partition may be committed, where that is further than it is. */
  committable(): DueOffset<Result>[] {
    return [...this.windows.values()].flatMap(({ topic, partition, window }) => {
      const offset = window.offsetBehind(window.ready().length);
      return offset > window.committedOffset ? [{ topic, partition, offset, window }] : [];
    });
  }
}
