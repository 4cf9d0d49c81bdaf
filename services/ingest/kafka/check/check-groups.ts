import kafkajs, { type Admin, type GroupDescription } from 'kafkajs';
import { counted } from '../topic-differences.js';
import { attempt, findingsIn, type Finding } from './finding.js';

const say = findingsIn('groups');

export interface GroupTarget {
  readonly groupId: string;
  /** Those of its topics that are there. */
  readonly topics: readonly string[];
}

/** How far a group is behind in each of its topics, and who its members are. */
export function checkGroup(admin: Admin, target: GroupTarget): Promise<readonly Finding[]> {
  return attempt('groups', target.groupId, async () => {
    const { groups } = await admin.describeGroups([target.groupId]);
    const shares = sharesOf(groups[0]);
    const findings: Finding[] = [];
    for (const topic of target.topics)
      findings.push(await lagFinding(admin, target.groupId, topic, shares));
    return findings;
  });
}

/** What each member has: `clipid-extract at 10.0.0.7 has partitions 0, 1`. */
type Shares = readonly {
  readonly member: string;
  readonly partitions: Readonly<Record<string, readonly number[]>>;
}[];

function sharesOf(group: GroupDescription | undefined): Shares {
  return (group?.members ?? []).map(({ clientId, clientHost, memberAssignment }) => ({
    member: `${clientId} at ${clientHost.replace(/^\//, '')}`,
    partitions:
      kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment ?? {},
  }));
}

async function lagFinding(
  admin: Admin,
  groupId: string,
  topic: string,
  shares: Shares,
): Promise<Finding> {
  const behind = await lagOf(admin, groupId, topic);
  const total = behind.reduce((sum, { messages }) => sum + messages, 0);
  const readers = shares.filter((share) => (share.partitions[topic] ?? []).length > 0);
  const who = readers.map((share) => `${share.member} (${share.partitions[topic]?.join(', ')})`);
  const read = who.length === 0 ? 'nobody reads it now' : `read by ${who.join('; ')}`;
  const state = total > 0 && who.length === 0 ? 'WARN' : 'OK';
  return say(state, `${groupId}: ${topic}`, `${lagInWords(total, behind)}; ${read}`);
}

interface Behind {
  readonly partition: number;
  readonly messages: number;
}

function lagInWords(total: number, behind: readonly Behind[]): string {
  if (total === 0) return 'nothing waits';
  const late = behind.filter(({ messages }) => messages > 0);
  const list = late.map(({ partition, messages }) => `${partition}: ${messages}`);
  return `${counted(total, 'message')} wait (by partition ${list.join(', ')})`;
}

/** Without a committed offset everything that is there waits. */
async function lagOf(admin: Admin, groupId: string, topic: string): Promise<readonly Behind[]> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const offsets = new Map(committed?.partitions.map((one) => [one.partition, Number(one.offset)]));
  return ends.map(({ partition, high, low }) => {
    const done = offsets.get(partition) ?? -1;
    return { partition, messages: Math.max(0, Number(high) - (done < 0 ? Number(low) : done)) };
  });
}
