import { setTimeout as delay } from 'node:timers/promises';
import { toClipidError, type ClipidError } from '../../../core/errors.js';
import { isRefusal } from '../broker-errors.js';
import { partitionKey, type Partition } from '../consume/partition.js';
import type { TopicReader } from '../consume/topic-reader.js';
import { OwnedPartition, type OwnedDeps } from './owned-partition.js';

const OPEN_AGAIN_MS = 1000;

export interface OwnershipDeps {
  readonly owned: OwnedDeps;
  readonly reader: Pick<TopicReader, 'hold' | 'seek'>;
  /** A broker refuses for good what is needed. */
  readonly onRefused: (error: ClipidError) => void;
}

/** The partitions that this process owns: each is opened when its first message comes. */
export class OwnedPartitions {
  private readonly deps: OwnedDeps;
  /** A symbol stands for one attempt to open it: a partition may be lost and come back meanwhile. */
  private readonly owned = new Map<string, OwnedPartition | symbol>();
  private isClosed = false;

  constructor(private readonly around: OwnershipDeps) {
    this.deps = { ...around.owned, onTrouble: (error) => this.troubled(error) };
  }

  /** Undefined while it is being opened, which is begun here; `first` is its first message's offset. */
  get(partition: Partition, first: number): OwnedPartition | undefined {
    const known = this.owned.get(partitionKey(partition));
    if (known === undefined && !this.isClosed) void this.open(partition, first);
    return known instanceof OwnedPartition ? known : undefined;
  }

  async lose(partition: Partition): Promise<void> {
    await this.loseKey(partitionKey(partition));
  }

  /** All of them; none is opened any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.owned.keys()].map((key) => this.loseKey(key)));
  }

  /** Nothing is read of the partition until earlier owners are fenced and its true position is known. */
  private async open(partition: Partition, first: number): Promise<void> {
    const key = partitionKey(partition);
    const attempt = Symbol(key);
    const isMine = (): boolean => this.owned.get(key) === attempt && !this.isClosed;
    this.owned.set(key, attempt);
    this.around.reader.hold(partition);
    try {
      const owned = await OwnedPartition.open(this.deps, partition, first);
      if (isMine()) this.begins(owned);
      else await owned.lose();
    } catch (thrown) {
      this.troubled(toClipidError(thrown));
      await delay(OPEN_AGAIN_MS, undefined, { ref: false });
      if (isMine()) await this.open(partition, first);
    }
  }

  private begins(owned: OwnedPartition): void {
    this.owned.set(partitionKey(owned.partition), owned);
    this.around.reader.seek(owned.partition, owned.window.nextToTake);
  }

  /** What a broker refuses it refuses for every message: to try on would be to idle. */
  private troubled(error: ClipidError): void {
    this.around.owned.onTrouble(error);
    if (isRefusal(error)) this.around.onRefused(error);
  }

  private async loseKey(key: string): Promise<void> {
    const owned = this.owned.get(key);
    this.owned.delete(key);
    if (owned instanceof OwnedPartition) await owned.lose();
  }
}
