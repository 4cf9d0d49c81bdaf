import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { brokerErrorTypes, toBrokerError } from '../broker-errors.js';
import type { KafkaConnection, TopicNames } from '../connection.js';
import { neededRights, rightsNotGiven } from './acl-rules.js';
import { attempt, findingsIn, type Finding, type FindingState } from './finding.js';

const say = findingsIn('rights');

export interface RightsTarget {
  readonly connection: KafkaConnection;
  readonly topics: TopicNames;
  readonly groupId: string;
}

/**
 * What can be tried without a message to anybody is tried: to begin as an idempotent and as a
 * transactional producer. Of reading and writing a topic only the cluster's rules tell, where this
 * user may see them.
 */
export async function checkRights(
  kafka: Kafka,
  admin: Admin,
  target: RightsTarget,
): Promise<readonly Finding[]> {
  return [
    await tried('idempotent writing', 'FAIL', () => beginIdempotent(kafka)),
    // Only the role extract does it.
    await tried('transactions', 'WARN', () => beginTransaction(kafka, target.groupId)),
    ...(await attempt('rights', 'rules', () => checkRules(admin, target))),
  ];
}

async function tried(
  subject: string,
  stateOfRefusal: FindingState,
  work: () => Promise<void>,
): Promise<Finding> {
  try {
    await work();
    return say('OK', subject, 'allowed');
  } catch (thrown) {
    return say(stateOfRefusal, subject, toBrokerError(thrown).message);
  }
}

async function beginIdempotent(kafka: Kafka): Promise<void> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  try {
    await producer.connect();
  } finally {
    await producer.disconnect();
  }
}

/** By an id of its own: one in use would be taken away from the process that uses it. */
async function beginTransaction(kafka: Kafka, groupId: string): Promise<void> {
  const transactionalId = `${groupId}-check`;
  const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
  try {
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.abort();
  } finally {
    await producer.disconnect();
  }
}

async function checkRules(admin: Admin, target: RightsTarget): Promise<readonly Finding[]> {
  try {
    const { resources } = await admin.describeAcls(EVERY_RULE);
    return [judged(target, resources)];
  } catch (thrown) {
    const types = brokerErrorTypes(thrown);
    if (types.includes('SECURITY_DISABLED'))
      return [say('OK', 'rules', 'the cluster has none: everybody may do everything')];
    if (types.includes('CLUSTER_AUTHORIZATION_FAILED'))
      return [say('NOTE', 'rules', 'this user may not see them (Describe on the cluster)')];
    throw thrown;
  }
}

const EVERY_RULE = {
  resourceType: kafkajs.AclResourceTypes.ANY,
  resourcePatternType: kafkajs.ResourcePatternTypes.ANY,
  operation: kafkajs.AclOperationTypes.ANY,
  permissionType: kafkajs.AclPermissionTypes.ANY,
};

function judged(
  { connection, topics, groupId }: RightsTarget,
  rules: Parameters<typeof rightsNotGiven>[1],
): Finding {
  if (connection.sasl === null)
    return say(
      'NOTE',
      'rules',
      'the cluster has rules, but who this is for them is not known here',
    );
  const principal = `User:${connection.sasl.username}`;
  const missing = rightsNotGiven(neededRights(topics, groupId), rules, principal);
  if (missing.length === 0) return say('OK', 'rules', `they give ${principal} what clipid needs`);
  const list = missing.map(({ operation, on, name }) => `${operation} on the ${on} ${name}`);
  const text = `none gives ${principal}: ${list.join('; ')}. (A super user needs none.)`;
  return say('WARN', 'rules', text);
}
