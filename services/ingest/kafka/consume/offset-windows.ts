import { OffsetWindow } from './offset-window.js';
import { partitionKey, type Partition } from './partition.js';

/** The windows of a process's partitions. */
export class OffsetWindows<Result> {
  private readonly windows = new Map<string, Partition & { window: OffsetWindow<Result> }>();

  /** Begun at `first` where there is none yet. */
  of({ topic, partition }: Partition, first: number): OffsetWindow<Result> {
    const known = this.existing({ topic, partition });
    if (known !== undefined) return known;
    const window = new OffsetWindow<Result>(first);
    this.windows.set(partitionKey({ topic, partition }), { topic, partition, window });
    return window;
  }

  existing(partition: Partition): OffsetWindow<Result> | undefined {
    return this.windows.get(partitionKey(partition))?.window;
  }

  forget(partition: Partition): void {
    this.windows.delete(partitionKey(partition));
  }

  /** How far each partition may be committed, where that is further than it is. */
  committable(): (Partition & { readonly offset: number })[] {
    return [...this.windows.values()].flatMap(({ topic, partition, window }) => {
      const offset = window.offsetBehind(window.ready().length);
      return offset > window.committedOffset ? [{ topic, partition, offset }] : [];
    });
  }
}
