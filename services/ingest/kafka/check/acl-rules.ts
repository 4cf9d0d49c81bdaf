import kafkajs, { type DescribeAclResource } from 'kafkajs';
import type { TopicNames } from '../connection.js';

const { AclOperationTypes: Operations, AclResourceTypes: Resources } = kafkajs;
const { AclPermissionTypes: Permissions, ResourcePatternTypes: Patterns } = kafkajs;

/** A right that clipid needs, as an administrator gives it. */
export interface Right {
  readonly operation: 'Read' | 'Write';
  readonly on: 'topic' | 'group' | 'transactional id';
  readonly name: string;
}

const OPERATIONS = { Read: Operations.READ, Write: Operations.WRITE };
const RESOURCES = {
  topic: Resources.TOPIC,
  group: Resources.GROUP,
  'transactional id': Resources.TRANSACTIONAL_ID,
};

/** What all roles together need, beside being told of it (Describe comes with Read and Write). */
export function neededRights(topics: TopicNames, groupId: string): readonly Right[] {
  const { clips, priority, retries, deadLetters, identifications, status, tracks } = topics;
  const read = [clips, ...(priority === null ? [] : [priority]), ...retries, tracks];
  const written = [...retries, deadLetters, identifications, status, tracks];
  return [
    ...read.map((name): Right => ({ operation: 'Read', on: 'topic', name })),
    ...written.map((name): Right => ({ operation: 'Write', on: 'topic', name })),
    { operation: 'Read', on: 'group', name: groupId },
    { operation: 'Read', on: 'group', name: `${groupId}-gallery` },
    { operation: 'Write', on: 'transactional id', name: `${groupId}-${clips}-0` },
  ];
}

/** Those that no rule gives to this principal (`User:ada`), or that one takes away. */
export function rightsNotGiven(
  rights: readonly Right[],
  rules: readonly DescribeAclResource[],
  principal: string,
): readonly Right[] {
  return rights.filter((right) => {
    const permissions = permissionsOf(right, rules, principal);
    return !permissions.includes(Permissions.ALLOW) || permissions.includes(Permissions.DENY);
  });
}

function permissionsOf(
  { operation, on, name }: Right,
  rules: readonly DescribeAclResource[],
  principal: string,
): readonly kafkajs.AclPermissionTypes[] {
  return rules
    .filter((rule) => rule.resourceType === RESOURCES[on] && isAbout(rule, name))
    .flatMap((rule) => rule.acls)
    .filter((acl) => [principal, 'User:*'].includes(acl.principal))
    .filter((acl) => [OPERATIONS[operation], Operations.ALL].includes(acl.operation))
    .map((acl) => acl.permissionType);
}

function isAbout(rule: DescribeAclResource, name: string): boolean {
  const { resourceName, resourcePatternType } = rule;
  if (resourcePatternType === Patterns.PREFIXED) return name.startsWith(resourceName);
  return resourceName === '*' || resourceName === name;
}
