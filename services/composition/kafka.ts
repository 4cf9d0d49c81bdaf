import { hostname } from 'node:os';
import type { Kafka } from 'kafkajs';
import { packageVersion, type Config } from '../config.js';
import { createKafka } from '../ingest/kafka/client.js';
import type { TopicNames } from '../ingest/kafka/connection.js';
import { TopicReader, type ReaderListener } from '../ingest/kafka/consume/topic-reader.js';
import { LagWatch } from '../ingest/kafka/lag-watch.js';
import type { KafkaMeter } from '../ingest/kafka/meter.js';
import type { FailurePlace } from '../ingest/messages/dead-letter.js';
import type { Component } from '../ops/health.js';
import type { Logger, Metrics } from '../ops/port.js';
import type { Surroundings } from './capabilities.js';
import { kafkaConnectionOf, topicNamesOf } from './kafka-connection.js';
import { ageOfOldest } from './readiness.js';

/** What the Kafka parts of a process have in common. */
export interface KafkaParts {
  readonly kafka: Kafka;
  readonly topics: TopicNames;
  readonly meter: KafkaMeter;
  readonly at: FailurePlace;
}

/** Who writes an event or a dead letter. */
export function thisPlace(): FailurePlace {
  return { host: hostname(), version: packageVersion() };
}

/** Null where no brokers are configured. Connects to nothing yet. Throws FIELD_INVALID. */
export function makeKafka(config: Config, metrics: Metrics, logger: Logger): KafkaParts | null {
  const connection = kafkaConnectionOf(config);
  if (connection === null) return null;
  return {
    kafka: createKafka(connection, (facts, message) => logger.warn(facts, `kafka: ${message}`)),
    topics: topicNamesOf(config),
    meter: meterOf(metrics),
    at: thisPlace(),
  };
}

function meterOf(metrics: Metrics): KafkaMeter {
  return {
    taken: (topic) => metrics.messagesConsumed(topic, 1),
    finished: (topic, durationMs, errorCode) =>
      metrics.messageProcessed(topic, durationMs, errorCode),
    retried: (_topic, errorCode) => metrics.clipRetried(errorCode),
    deadLettered: (errorCode) => metrics.deadLettered(errorCode),
    rebalanced: (group) => metrics.groupRebalanced(group),
    sent: (topic, count) => metrics.messagesSent(topic, count),
  };
}

export interface ReadingOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionMs: number;
  /** The oldest clip that waits elsewhere than in a topic. */
  readonly oldestElsewhereMs?: () => number | undefined;
  readonly shared?: (topic: string, mine: number, all: number) => void;
}

/** A reader of these topics, with its lag and the oldest clip that waits measured. */
export function readerMaker(
  { kafka, meter }: KafkaParts,
  options: ReadingOptions,
  metrics: Metrics,
  { lifecycle }: Surroundings,
): (listener: ReaderListener) => TopicReader {
  return (listener) => {
    const reader = new TopicReader(kafka, options, {
      assigned: (change) => {
        meter.rebalanced(options.groupId);
        listener.assigned(change);
      },
      available: () => listener.available(),
      failed: (error) => listener.failed(error),
      state: (isJoined, reason) => listener.state(isJoined, reason),
    });
    const { groupId, shared, oldestElsewhereMs } = options;
    const watch = new LagWatch(kafka, {
      groupId,
      partitions: () => reader.partitions(),
      tell: ({ topic, partition }, messages) => metrics.setLag(topic, partition, messages),
      ...(shared && { shared }),
    });
    watch.start();
    metrics.watchOldest(() => ageOfOldest([reader.oldestMs(), oldestElsewhereMs?.()]));
    lifecycle.add('kafka lag', watch, (one) => one.close());
    return reader;
  };
}

/** A component that follows whether the process is in its group. */
export function stateTeller(state: Component, logger: Logger, what: string) {
  return (isJoined: boolean, reason: string): void => {
    if (isJoined) state.ready();
    else state.notReady(reason);
    logger.info({ joined: isJoined, ...(reason !== '' && { reason }) }, `kafka: ${what}`);
  };
}
