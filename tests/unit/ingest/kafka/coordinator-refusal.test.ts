import { createRequire } from 'node:module';
import kafkajs, { type Kafka } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  coordinatorError,
  CoordinatorAnswers,
  keepAnswers,
} from '../../../../services/ingest/kafka/coordinator-refusal.js';

const load = createRequire(import.meta.url);
type ErrorClass = new (...args: unknown[]) => Error;
const errors = load('kafkajs/src/errors.js') as Readonly<Record<string, ErrorClass>>;
const { errorCodes } = load('kafkajs/src/protocol/error.js') as {
  errorCodes: readonly { readonly type: string; readonly message: string }[];
};
function thrown(name: string): Error {
  const Class = errors[name];
  if (Class === undefined) throw new Error(`kafkajs has no ${name}`);
  return new Class('Failed');
}

/** It connects to nothing. */
const client = () => new kafkajs.Kafka({ brokers: ['127.0.0.1:1'] });
const notFound = () => thrown('KafkaJSGroupCoordinatorNotFound');
const wordingOf = (type: string): string =>
  errorCodes.find((one) => one.type === type)?.message ?? type;

/** A client that was answered so when it asked for a coordinator. */
function answered(type: string): Kafka {
  const answers = new CoordinatorAnswers();
  answers.note('Response GroupCoordinator(key: 10, version: 2)', wordingOf(type));
  answers.note('Response Fetch(key: 1, version: 11)', wordingOf('OFFSET_OUT_OF_RANGE'));
  return keepAnswers(client(), answers);
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('coordinatorError', () => {
  it.each([
    ['GROUP_AUTHORIZATION_FAILED', 'Read on the group CLIPID_KAFKA_GROUP'],
    ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'Write on transactional ids'],
  ])('of %s says which right is missing', (type, right) => {
    const error = coordinatorError(answered(type), notFound());
    expect(error).toMatchObject({ code: 'BROKER_FAILED', details: { error: type } });
    expect(error.message).toContain(right);
  });

  it('of a coordinator that is away says that it may pass', () => {
    const away = answered('GROUP_COORDINATOR_NOT_AVAILABLE');
    expect(coordinatorError(away, notFound()).code).toBe('UNAVAILABLE');
    expect(coordinatorError(client(), notFound()).code).toBe('UNAVAILABLE');
  });

  it('takes no answer of long ago for the reason', () => {
    const kafka = answered('GROUP_AUTHORIZATION_FAILED');
    vi.advanceTimersByTime(10_000);
    expect(coordinatorError(kafka, notFound()).code).toBe('UNAVAILABLE');
  });

  it('takes it for the reason of nothing else', () => {
    const kafka = answered('GROUP_AUTHORIZATION_FAILED');
    const closed = thrown('KafkaJSConnectionClosedError');
    expect(coordinatorError(kafka, closed).code).toBe('UNAVAILABLE');
    expect(coordinatorError(kafka, new TypeError('x')).code).toBe('INTERNAL');
  });
});
