import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { ClipidError } from '../../../../services/core/errors.js';
import {
  brokerErrorTypes,
  isUnknownTopic,
  toBrokerError,
} from '../../../../services/ingest/kafka/broker-errors.js';

const load = createRequire(import.meta.url);
type ErrorClass = new (...args: unknown[]) => Error;
const errors = load('kafkajs/src/errors.js') as Readonly<Record<string, ErrorClass>>;
const { errorCodes } = load('kafkajs/src/protocol/error.js') as {
  errorCodes: readonly { readonly type: string; readonly message: string }[];
};
const createRetry = load('kafkajs/src/retry/index.js') as (
  options: object,
) => (work: () => Promise<never>) => Promise<never>;

function make(name: string, ...args: unknown[]): Error {
  const Class = errors[name];
  if (Class === undefined) throw new Error(`kafkajs has no ${name}`);
  return new Class(...args);
}

function protocol(type: string): Error {
  return make(
    'KafkaJSProtocolError',
    errorCodes.find((one) => one.type === type),
  );
}

/** What a call of kafkajs ends with after this went wrong inside. */
async function afterRetries(error: Error): Promise<unknown> {
  const retry = createRetry({ initialRetryTime: 1, maxRetryTime: 1, retries: 1 });
  return retry(() => Promise.reject(error)).catch((thrown: unknown) => thrown);
}

describe('toBrokerError', () => {
  it.each([
    'NOT_ENOUGH_REPLICAS',
    'LEADER_NOT_AVAILABLE',
    'NOT_LEADER_FOR_PARTITION',
    'REQUEST_TIMED_OUT',
    'REBALANCE_IN_PROGRESS',
    'UNKNOWN_MEMBER_ID',
    'ILLEGAL_GENERATION',
    'GROUP_COORDINATOR_NOT_AVAILABLE',
    'CONCURRENT_TRANSACTIONS',
    'INVALID_PRODUCER_EPOCH',
    'KAFKA_STORAGE_ERROR',
  ])('%s passes, before and after the retries', async (type) => {
    expect(toBrokerError(protocol(type)).code).toBe('UNAVAILABLE');
    expect(toBrokerError(await afterRetries(protocol(type))).code).toBe('UNAVAILABLE');
  });

  it.each([
    ['TOPIC_AUTHORIZATION_FAILED', 'Read'],
    ['GROUP_AUTHORIZATION_FAILED', 'CLIPID_KAFKA_GROUP'],
    ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'transactional ids'],
    ['CLUSTER_AUTHORIZATION_FAILED', 'Create on the cluster'],
    ['SASL_AUTHENTICATION_FAILED', 'CLIPID_KAFKA_USERNAME'],
    ['UNSUPPORTED_SASL_MECHANISM', 'CLIPID_KAFKA_SASL'],
    ['UNKNOWN_TOPIC_OR_PARTITION', 'clipid kafka init'],
    ['UNSUPPORTED_VERSION', 'Kafka 3.9'],
    ['INVALID_CONFIG', 'setting'],
    ['INVALID_SESSION_TIMEOUT', 'CLIPID_KAFKA_SESSION_SECONDS'],
    ['INCONSISTENT_GROUP_PROTOCOL', 'CLIPID_KAFKA_GROUP'],
    ['MESSAGE_TOO_LARGE', 'max.message.bytes'],
  ])('%s does not, and the message says what to do', async (type, advice) => {
    for (const thrown of [protocol(type), await afterRetries(protocol(type))]) {
      const error = toBrokerError(thrown);
      expect(error.code).toBe('BROKER_FAILED');
      expect(error.message).toContain(advice);
      expect(error.details['error']).toBe(type);
    }
  });

  it('tells a broker that is away from one whose certificate is wrong', async () => {
    const away = make('KafkaJSConnectionError', 'Connection error', { code: 'ECONNREFUSED' });
    expect(toBrokerError(await afterRetries(away))).toMatchObject({ code: 'UNAVAILABLE' });
    for (const code of ['SELF_SIGNED_CERT_IN_CHAIN', 'ERR_TLS_CERT_ALTNAME_INVALID', 'EPROTO']) {
      const error = toBrokerError(make('KafkaJSConnectionError', 'Connection error', { code }));
      expect(error.code).toBe('BROKER_FAILED');
      expect(error.message).toContain('CLIPID_KAFKA_TLS_CA');
    }
  });

  it.each([
    'KafkaJSRequestTimeoutError',
    'KafkaJSConnectionClosedError',
    'KafkaJSBrokerNotFound',
    'KafkaJSGroupCoordinatorNotFound',
    'KafkaJSLockTimeout',
    'KafkaJSTopicMetadataNotLoaded',
  ])('%s passes', (name) => {
    expect(toBrokerError(make(name, 'a b c', {}))).toMatchObject({
      code: 'UNAVAILABLE',
      canRetry: true,
    });
  });

  it.each(['KafkaJSSASLAuthenticationError', 'KafkaJSServerDoesNotSupportApiKey'])(
    '%s does not',
    (name) => expect(toBrokerError(make(name, 'a b c', {})).code).toBe('BROKER_FAILED'),
  );

  it('looks into errors of several topics, and a refusal among them decides', () => {
    const refused = protocol('POLICY_VIOLATION');
    const several = make('KafkaJSAggregateError', 'Topic creation errors', [
      make('KafkaJSCreateTopicError', refused, 'clips'),
      make('KafkaJSCreateTopicError', protocol('REQUEST_TIMED_OUT'), 'tracks'),
    ]);
    const error = toBrokerError(several);
    expect(error).toMatchObject({ code: 'BROKER_FAILED', details: { topic: 'clips' } });
    expect(brokerErrorTypes(several)).toEqual(['POLICY_VIOLATION', 'REQUEST_TIMED_OUT']);
  });

  it('gives back an error of ours that came through kafkajs', async () => {
    const ours = new ClipidError('LIMIT_EXCEEDED', 'too much');
    const wrapped = make('KafkaJSNonRetriableError', 'too much', { cause: ours });
    expect(toBrokerError(await afterRetries(wrapped))).toBe(ours);
    expect(toBrokerError(ours)).toBe(ours);
  });

  it('names a misuse of kafkajs, and calls nothing a fault of Kafka that is none', () => {
    const misused = make('KafkaJSNonRetriableError', 'Invalid topic');
    expect(toBrokerError(misused)).toMatchObject({ code: 'BROKER_FAILED' });
    expect(toBrokerError(new Error('disk')).code).toBe('INTERNAL');
    expect(toBrokerError('text').code).toBe('INTERNAL');
    expect(toBrokerError(new DOMException('', 'AbortError')).code).toBe('CANCELLED');
  });

  it('ends although an error names itself as its cause', () => {
    const error = protocol('REQUEST_TIMED_OUT');
    error.cause = error;
    expect(toBrokerError(error).code).toBe('UNAVAILABLE');
  });

  it('knows a topic that is not there', async () => {
    expect(isUnknownTopic(await afterRetries(protocol('UNKNOWN_TOPIC_OR_PARTITION')))).toBe(true);
    expect(isUnknownTopic(protocol('REQUEST_TIMED_OUT'))).toBe(false);
  });
});
