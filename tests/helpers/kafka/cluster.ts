import type { KafkaAccess } from './connect.js';
import type { KafkaLine } from './jars.js';
import type { Properties } from './properties.js';
import type { KafkaSecurity } from './security.js';

export interface KafkaOptions {
  /** 1 by default; each is a broker and a controller. */
  readonly nodes?: 1 | 3;
  /** What KAFKA_VERSION says by default, and 4 without it. */
  readonly version?: KafkaLine;
  /** None by default. */
  readonly security?: KafkaSecurity;
  /** Kafka's own settings, over those that the helper chooses. */
  readonly properties?: Properties;
}

/** A broker's index in `brokers` is its node id too: a partition's `leader` can be given here. */
export interface KafkaCluster extends KafkaAccess {
  /** @throws Error while that broker is down. */
  brokerPid(index: number): number;
  /** SIGKILL; resolves when the process is gone. Its partitions have new leaders after some 4 s. */
  killBroker(index: number): Promise<void>;
  /** The same node on the same storage and ports, stopped first if it runs; resolves when it serves. */
  restartBroker(index: number): Promise<void>;
  /** Where a broker keeps its partitions, each in a folder `<topic>-<partition>`. */
  dataFolder(index: number): string;
  /** Ends all processes and removes their folder; a second call does nothing. */
  stop(): Promise<void>;
}
