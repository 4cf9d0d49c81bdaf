import { leastInSync, type PlannedTopic } from './topic-plan.js';

/** A topic as the brokers have it. */
export interface ActualTopic {
  readonly name: string;
  readonly partitions: number;
  /** Of the partition that has fewest. */
  readonly replicas: number;
  /** Null where this user may not see them. */
  readonly settings: Readonly<Record<string, string>> | null;
}

export interface Difference {
  /** Whether clipid does not work well with it, rather than it being somebody's choice. */
  readonly isTrouble: boolean;
  readonly text: string;
}

const HOUR_MS = 60 * 60 * 1000;
/** Work that waits longer than this is lost. */
const LEAST_RETENTION_MS = 24 * HOUR_MS;
const UNLIMITED = -1;

/** How a topic that is there differs from the plan, in words. Nothing is changed because of it. */
export function topicDifferences(
  planned: PlannedTopic,
  actual: ActualTopic,
  replicas: number,
): readonly Difference[] {
  return [
    ...partitionDifference(planned, actual),
    ...replicaDifferences(actual, replicas),
    ...(actual.settings === null ? [unseen] : settingDifferences(planned, actual.settings)),
  ];
}

const unseen: Difference = {
  isTrouble: false,
  text: 'its settings cannot be seen: give this user the right DescribeConfigs on it',
};

function partitionDifference(planned: PlannedTopic, actual: ActualTopic): readonly Difference[] {
  if (actual.partitions === planned.partitions) return [];
  const isTrouble = actual.partitions < planned.partitions;
  const found = `it has ${counted(actual.partitions, 'partition')}, ${planned.partitions} are planned`;
  const text = isTrouble ? `${found}: no more processes than that share its work` : found;
  return [{ isTrouble, text }];
}

function replicaDifferences(actual: ActualTopic, wanted: number): readonly Difference[] {
  const { replicas } = actual;
  const few = `it has ${counted(replicas, 'replica')}, ${wanted} are planned: fewer brokers may be lost before what it holds is`;
  const texts = [...(replicas < wanted ? [few] : []), ...inSyncTrouble(actual)];
  return texts.map((text) => ({ isTrouble: true, text }));
}

function inSyncTrouble({ replicas, settings }: ActualTopic): readonly string[] {
  const best = leastInSync(replicas);
  const least = Number(settings?.['min.insync.replicas'] ?? best);
  const found = `min.insync.replicas is ${least}`;
  const all = counted(replicas, 'replica');
  if (least > replicas) return [`${found}, and it has ${all}: nothing can be written`];
  if (least > best)
    return [
      `${found} of ${all}: nothing can be written while one broker is away, ${best} is better`,
    ];
  if (least < best)
    return [`${found}: a message counts as written with one copy, ${best} is better`];
  return [];
}

function settingDifferences(
  planned: PlannedTopic,
  actual: Readonly<Record<string, string>>,
): readonly Difference[] {
  return Object.entries(planned.settings).flatMap(([name, wanted]) => {
    const found = actual[name];
    if (found === undefined || inOrder(found) === inOrder(wanted)) return [];
    const text = `${name} is ${inWords(name, found)}, ${inWords(name, wanted)} is planned`;
    return [{ isTrouble: isTrouble(name, found, wanted, planned.isShortLived === true), text }];
  });
}

/** Everything else is somebody's choice. */
function isTrouble(name: string, found: string, wanted: string, isShortLived: boolean): boolean {
  if (name === 'cleanup.policy') return true;
  if (name === 'max.message.bytes') return Number(found) < Number(wanted);
  const retentionMs = Number(found) === UNLIMITED ? Infinity : Number(found);
  return retentionMs < LEAST_RETENTION_MS || (isShortLived && retentionMs > Number(wanted));
}

/** `delete,compact` is `compact,delete`. */
function inOrder(value: string): string {
  return value.split(',').sort().join(',');
}

/** A setting for people: `7 d`. */
export function inWords(name: string, value: string): string {
  if (!name.endsWith('.ms')) return value;
  const hours = Number(value) / HOUR_MS;
  if (hours < 0) return 'unlimited';
  return hours < 48 ? `${Number(hours.toFixed(1))} h` : `${Number((hours / 24).toFixed(1))} d`;
}

/** `1 partition`, `12 partitions`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
