import type { TopicNames } from './connection.js';

/** A topic as clipid wants it. */
export interface PlannedTopic {
  readonly name: string;
  readonly partitions: number;
  /** Kafka's own settings of a topic; times are in milliseconds, sizes in bytes. */
  readonly settings: Readonly<Record<string, string>>;
  /** What it is for, and why it is kept so long. */
  readonly why: string;
  /** Biometric data: to keep it longer than planned is a fault. */
  readonly isShortLived?: boolean;
  /** Only the roles `extract` and `gallery` use it. */
  readonly isForCluster?: boolean;
}

/** Processes that share the work: no more than partitions of the clips topic. */
export const DEFAULT_PARTITIONS = 12;
const RETRY_PARTITIONS = 3;
/** Of dead letters there are few, and of one partition they are read in order. */
const ONE = 1;
const MOST_REPLICAS = 3;
const DAY_MS = 24 * 60 * 60 * 1000;
const DEAD_LETTER_BYTES = 2 * 2 ** 20;

/** Deleted by age alone. */
function kept(days: number): Readonly<Record<string, string>> {
  return { 'cleanup.policy': 'delete', 'retention.ms': String(days * DAY_MS) };
}

/** Of each key the last message stays, and that one too is deleted by age. */
function latestKept(days: number): Readonly<Record<string, string>> {
  return { 'cleanup.policy': 'compact,delete', 'retention.ms': String(days * DAY_MS) };
}

/** Every topic that is in use, in the order in which a clip comes through them. */
export function planTopics(
  names: TopicNames,
  partitions: number = DEFAULT_PARTITIONS,
): readonly PlannedTopic[] {
  return [
    ...incoming(names, partitions),
    ...outgoing(names, partitions),
    ...inside(names, partitions),
  ];
}

/** As many as there are brokers for, and 3 are enough to lose one and write on. */
export function replicasFor(brokers: number): number {
  return Math.max(1, Math.min(MOST_REPLICAS, brokers));
}

/** Replicas that must have a message before it counts as written: all but one of three or more. */
export function leastInSync(replicas: number): number {
  return replicas < MOST_REPLICAS ? 1 : replicas - 1;
}

function incoming(names: TopicNames, partitions: number): readonly PlannedTopic[] {
  const { clips, priority, retries, deadLetters } = names;
  const forWork = { partitions, settings: kept(7) };
  return [
    { name: clips, ...forWork, why: 'clips to work on; a week to mend what stopped the work' },
    ...(priority === null
      ? []
      : [{ name: priority, ...forWork, why: 'clips that come first, kept as the others' }]),
    ...retries.map((name) => ({
      name,
      partitions: RETRY_PARTITIONS,
      settings: kept(7),
      isForCluster: true,
      why: 'clips that wait to be tried again, kept as the others',
    })),
    {
      name: deadLetters,
      partitions: ONE,
      settings: { ...latestKept(30), 'max.message.bytes': String(DEAD_LETTER_BYTES) },
      why: 'messages that came to no result; a month to look at them, one that was dropped goes sooner; room for the largest message and the reason',
    },
  ];
}

function outgoing({ identifications, status }: TopicNames, partitions: number): PlannedTopic[] {
  return [
    {
      name: identifications,
      partitions,
      settings: kept(7),
      why: 'who was seen, for other services; a week to catch up',
    },
    {
      name: status,
      partitions,
      settings: latestKept(7),
      why: 'what became of each clip; of a clip the last state stays, a week at most',
    },
  ];
}

function inside({ tracks, gallery }: TopicNames, partitions: number): PlannedTopic[] {
  return [
    {
      name: tracks,
      partitions,
      settings: kept(3),
      isShortLived: true,
      isForCluster: true,
      why: 'tracks on the way to the gallery process; biometric data, so three days and no more',
    },
    {
      name: gallery,
      partitions: ONE,
      settings: { 'cleanup.policy': 'compact' },
      isForCluster: true,
      why: "the gallery's changes in one order; what was replaced or erased goes, the rest stays",
    },
  ];
}
