import kafkajs, { type DescribeAclResource } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import {
  neededRights,
  rightsNotGiven,
  type Right,
} from '../../../../../services/ingest/kafka/check/acl-rules.js';
import type { ApiRanges } from '../../../../../services/ingest/kafka/check/api-versions.js';
import { kafkaLine, notSpoken } from '../../../../../services/ingest/kafka/check/spoken.js';

const { TOPIC, GROUP } = kafkajs.AclResourceTypes;
const { READ, ALL, DESCRIBE } = kafkajs.AclOperationTypes;
const { ALLOW, DENY } = kafkajs.AclPermissionTypes;
const { LITERAL, PREFIXED } = kafkajs.ResourcePatternTypes;

const READ_CLIPS: Right = { operation: 'Read', on: 'topic', name: 'clipid.clips' };

function rule(change: Partial<DescribeAclResource>, acl: object = {}): DescribeAclResource {
  const about = { resourceType: TOPIC, resourceName: 'clipid.clips', resourcePatternType: LITERAL };
  const who = { principal: 'User:ada', host: '*', operation: READ, permissionType: ALLOW };
  return { ...about, ...change, acls: [{ ...who, ...acl }] };
}

function isGiven(...rules: readonly DescribeAclResource[]): boolean {
  return rightsNotGiven([READ_CLIPS], rules, 'User:ada').length === 0;
}

describe('rightsNotGiven', () => {
  it.each([
    ['by name', rule({})],
    ['by a prefix', rule({ resourceName: 'clipid.', resourcePatternType: PREFIXED })],
    ['on everything', rule({ resourceName: '*' })],
    ['to everybody', rule({}, { principal: 'User:*' })],
    ['with all others', rule({}, { operation: ALL })],
  ])('knows a right that is given %s', (_how, given) => expect(isGiven(given)).toBe(true));

  it.each([
    ['another kind of thing', rule({ resourceType: GROUP })],
    ['another name', rule({ resourceName: 'clipid' })],
    ['another user', rule({}, { principal: 'User:bob' })],
    ['another operation', rule({}, { operation: DESCRIBE })],
  ])('does not take one for %s', (_what, given) => expect(isGiven(given)).toBe(false));

  it('lets a rule that forbids win', () => {
    expect(isGiven(rule({}), rule({}, { permissionType: DENY }))).toBe(false);
  });
});

describe('neededRights', () => {
  it('covers reading, writing, both groups and transactions', () => {
    const topics = {
      clips: 'clips',
      priority: null,
      retries: ['retry'],
      retryWaitsMs: [1],
      deadLetters: 'dlq',
      identifications: 'ids',
      status: 'status',
      tracks: 'tracks',
      gallery: 'gallery',
    };
    const rights = neededRights(topics, 'g').map(({ operation, name }) => `${operation} ${name}`);
    expect(rights).toEqual([
      ...['Read clips', 'Read retry', 'Read tracks'],
      ...['Write retry', 'Write dlq', 'Write ids', 'Write status', 'Write tracks'],
      ...['Read g', 'Read g-gallery', 'Write g-clips-0'],
    ]);
  });
});

describe('what a broker speaks', () => {
  const all = Array.from({ length: 40 }, (_, key) => [key, { least: 0, most: 20 }] as const);

  it('is enough, or lacks calls by name', () => {
    expect(notSpoken(new Map(all))).toEqual([]);
    const newer: ApiRanges = new Map([...all, [1, { least: 12, most: 30 }]]);
    expect(notSpoken(newer)).toEqual(['Fetch']);
    const older: ApiRanges = new Map(all.filter(([key]) => key < 22));
    expect(notSpoken(older)).toContain('InitProducerId');
  });

  it('tells Kafka 4 from what was before', () => {
    expect(kafkaLine(new Map(all))).toBe('Kafka 3 or older');
    expect(kafkaLine(new Map([[1, { least: 4, most: 18 }]]))).toBe('Kafka 4 or newer');
    expect(kafkaLine(new Map())).toContain('no Kafka');
  });
});
