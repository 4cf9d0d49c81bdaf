import type { Consumer, Kafka } from 'kafkajs';

export interface MemberOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionMs: number;
}

/** A fetch answers after this even with nothing; a partition that is resumed waits no longer. */
const MAX_WAIT_MS = 250;
const BYTES_PER_PARTITION = 256 * 1024;
/** Of one answer of a broker, packed or not. */
const BYTES_PER_ANSWER = 4 * 2 ** 20;
const LEAST_REBALANCE_MS = 60_000;
const BEATS_PER_SESSION = 5;
const MOST_BEATS_MISSED = 3;
const LEAST_SILENCE_MS = 5000;
const RETRIES = 5;

/** A consumer that never joins again by itself once it has crashed. */
export function makeConsumer(kafka: Kafka, options: MemberOptions): Consumer {
  const { groupId, sessionMs } = options;
  return kafka.consumer({
    groupId,
    sessionTimeout: sessionMs,
    heartbeatInterval: beatOf(options),
    rebalanceTimeout: Math.max(LEAST_REBALANCE_MS, sessionMs * 2),
    maxWaitTimeInMs: MAX_WAIT_MS,
    maxBytesPerPartition: BYTES_PER_PARTITION,
    maxBytes: BYTES_PER_ANSWER,
    allowAutoTopicCreation: false,
    retry: { retries: RETRIES, restartOnFailure: () => Promise.resolve(false) },
  });
}

/** Without an answer for so many milliseconds, a member is not in touch any more. */
export function silenceOf(options: MemberOptions): number {
  return Math.max(LEAST_SILENCE_MS, MOST_BEATS_MISSED * beatOf(options));
}

function beatOf({ sessionMs }: MemberOptions): number {
  return Math.floor(sessionMs / BEATS_PER_SESSION);
}
