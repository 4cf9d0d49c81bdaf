import type { SourceMessage } from '../../../core/source-message.js';
import { partitionKey, type Partition } from './partition.js';

interface Buffer {
  /** Fetched and not taken; the next one last, where it is cheap to take. */
  readonly waiting: SourceMessage[];
  /** The offset behind everything that was fetched. */
  readonly nextToFetch: number;
}

/** What was fetched of each partition and not taken yet: one batch each, so their size is bounded. */
export class MessageBuffers {
  private readonly buffers = new Map<string, Buffer>();
  private readonly held = new Set<string>();

  /** False, and nothing is kept, where the partition is held or has a batch already. */
  put(partition: Partition, messages: readonly SourceMessage[], nextToFetch: number): boolean {
    if (this.isHeld(partition) || !this.isEmpty(partition)) return false;
    this.buffers.set(partitionKey(partition), { waiting: [...messages].reverse(), nextToFetch });
    return true;
  }

  peek(partition: Partition): SourceMessage | undefined {
    return this.buffers.get(partitionKey(partition))?.waiting.at(-1);
  }

  shift(partition: Partition): void {
    this.buffers.get(partitionKey(partition))?.waiting.pop();
  }

  isEmpty(partition: Partition): boolean {
    return this.peek(partition) === undefined;
  }

  /** Nothing waits, and nothing is held: what comes next is this offset. */
  goOn(partition: Partition, offset: number): void {
    this.held.delete(partitionKey(partition));
    this.buffers.set(partitionKey(partition), { waiting: [], nextToFetch: offset });
  }

  /** Undefined where nothing was fetched or sought since the partition came or was cleared. */
  nextToFetch(partition: Partition): number | undefined {
    return this.buffers.get(partitionKey(partition))?.nextToFetch;
  }

  /** Forgets what was fetched, and that it was held. */
  clear(partition: Partition): void {
    this.buffers.delete(partitionKey(partition));
    this.held.delete(partitionKey(partition));
  }

  hold(partition: Partition): void {
    this.clear(partition);
    this.held.add(partitionKey(partition));
  }

  isHeld(partition: Partition): boolean {
    return this.held.has(partitionKey(partition));
  }
}
