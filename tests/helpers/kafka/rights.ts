import kafkajs from 'kafkajs';
import { connectKafka, type KafkaAccess } from './connect.js';

/** Properties of brokers where ada may do everything and others what they are allowed. */
export const AUTHORIZER = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ada;User:ANONYMOUS',
} as const;

const { ALLOW } = kafkajs.AclPermissionTypes;

export interface Rule {
  readonly on: keyof typeof kafkajs.AclResourceTypes;
  readonly name: string;
  readonly operations: readonly (keyof typeof kafkajs.AclOperationTypes)[];
  /** Whether the name is how names begin. */
  readonly isPrefix?: boolean;
}

export async function allow(access: KafkaAccess, user: string, rule: Rule): Promise<void> {
  const { LITERAL, PREFIXED } = kafkajs.ResourcePatternTypes;
  const what = {
    principal: `User:${user}`,
    host: '*',
    permissionType: ALLOW,
    resourceType: kafkajs.AclResourceTypes[rule.on],
    resourceName: rule.name,
    resourcePatternType: rule.isPrefix === true ? PREFIXED : LITERAL,
  };
  const operations = rule.operations.map((name) => kafkajs.AclOperationTypes[name]);
  const admin = connectKafka(access).admin();
  await admin.connect();
  await admin.createAcls({ acl: operations.map((operation) => ({ ...what, operation })) });
  await admin.disconnect();
}

/** Takes away every rule of the user on this very name. */
export async function revoke(
  access: KafkaAccess,
  user: string,
  { on, name }: Pick<Rule, 'on' | 'name'>,
): Promise<void> {
  const filter = {
    principal: `User:${user}`,
    host: '*',
    permissionType: ALLOW,
    operation: kafkajs.AclOperationTypes.ANY,
    resourceType: kafkajs.AclResourceTypes[on],
    resourceName: name,
    resourcePatternType: kafkajs.ResourcePatternTypes.LITERAL,
  };
  const admin = connectKafka(access).admin();
  await admin.connect();
  await admin.deleteAcls({ filters: [filter] });
  await admin.disconnect();
}

/** What the service asks an administrator for, and to see the rules. */
export async function allowAll(access: KafkaAccess, user: string, prefix: string): Promise<void> {
  const ours = { name: prefix, isPrefix: true };
  const topic: Rule['operations'] = ['READ', 'WRITE', 'DESCRIBE_CONFIGS'];
  await allow(access, user, { ...ours, on: 'TOPIC', operations: topic });
  await allow(access, user, { ...ours, on: 'GROUP', operations: ['READ'] });
  await allow(access, user, { ...ours, on: 'TRANSACTIONAL_ID', operations: ['WRITE'] });
  await allow(access, user, { on: 'CLUSTER', name: 'kafka-cluster', operations: ['DESCRIBE'] });
}
