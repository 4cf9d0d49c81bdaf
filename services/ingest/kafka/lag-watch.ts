import type { Admin, Kafka } from 'kafkajs';
import type { Partition } from './consume/partition.js';
import { partitionKey } from './consume/partition.js';

export interface LagOptions {
  readonly groupId: string;
  readonly partitions: () => readonly Partition[];
  /** Null for a partition that is another process's by now. */
  readonly tell: (partition: Partition, messages: number | null) => void;
  /** How many of a topic's partitions are this process's. */
  readonly shared?: (topic: string, mine: number, all: number) => void;
  readonly everyMs?: number;
}

const EVERY_MS = 15_000;

/** Measures now and then how far the group is behind, for the partitions of this process. */
export class LagWatch {
  private admin: Admin | undefined;
  private timer: NodeJS.Timeout | undefined;
  private told = new Map<string, Partition>();
  private isBusy = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly options: LagOptions,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.look(), this.options.everyMs ?? EVERY_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.disconnect();
  }

  /** A look that fails is no news: the connection's state is told elsewhere. */
  private async look(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await this.measure(this.options.partitions());
    } catch {
      await this.disconnect();
    } finally {
      this.isBusy = false;
    }
  }

  private async measure(partitions: readonly Partition[]): Promise<void> {
    const now = new Map(partitions.map((one) => [partitionKey(one), one]));
    for (const [key, one] of this.told) if (!now.has(key)) this.options.tell(one, null);
    this.told = now;
    const topics = [...new Set(partitions.map((one) => one.topic))];
    for (const topic of topics) await this.measureTopic(topic, now);
  }

  private async measureTopic(topic: string, mine: ReadonlyMap<string, Partition>): Promise<void> {
    const admin = await this.connected();
    const { groupId } = this.options;
    const ends = await admin.fetchTopicOffsets(topic);
    const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const owned = ends.filter(({ partition }) => mine.has(partitionKey({ topic, partition })));
    this.options.shared?.(topic, owned.length, ends.length);
    for (const { partition, high, low } of owned) {
      const at = Number(committed?.partitions.find((one) => one.partition === partition)?.offset);
      const behind = Number(high) - (at >= 0 ? at : Number(low));
      this.options.tell({ topic, partition }, Math.max(0, behind));
    }
  }

  private async connected(): Promise<Admin> {
    if (this.admin !== undefined) return this.admin;
    const admin = this.kafka.admin({ retry: { retries: 2 } });
    await admin.connect();
    return (this.admin = admin);
  }

  private async disconnect(): Promise<void> {
    const { admin } = this;
    this.admin = undefined;
    await admin?.disconnect().catch(() => undefined);
  }
}
