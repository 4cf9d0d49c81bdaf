import type { Kafka } from 'kafkajs';
import type { ClipidError } from '../../core/errors.js';
import { toBrokerError } from './broker-errors.js';

/** How kafkajs words a refusal, and the protocol's name of it. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/group authorization failed/i, 'GROUP_AUTHORIZATION_FAILED'],
  [/transactional id authorization failed/i, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'],
];
const QUESTION = 'Response GroupCoordinator';
/** A call that failed for want of a coordinator has asked for one so long ago at most. */
const RECENT_MS = 5000;

/** The last error that a client was answered when it asked who coordinates a group. */
export class CoordinatorAnswers {
  private text = '';
  private atMs = Number.NEGATIVE_INFINITY;

  /** To be given every line that kafkajs logs. */
  note(message: string, error: unknown): void {
    if (!message.startsWith(QUESTION) || typeof error !== 'string') return;
    this.text = error;
    this.atMs = performance.now();
  }

  get recent(): string {
    return performance.now() - this.atMs < RECENT_MS ? this.text : '';
  }
}

const answersOf = new WeakMap<Kafka, CoordinatorAnswers>();

export function keepAnswers(kafka: Kafka, answers: CoordinatorAnswers): Kafka {
  answersOf.set(kafka, answers);
  return kafka;
}

/**
 * As `toBrokerError`, and tells a missing right on a group or a transactional id from a coordinator
 * that is away: kafkajs makes both the same error, and only its log has what the broker answered.
 */
export function coordinatorError(kafka: Kafka, thrown: unknown): ClipidError {
  const error = toBrokerError(thrown);
  const text = answersOf.get(kafka)?.recent ?? '';
  const type = REFUSALS.find(([wording]) => wording.test(text))?.[1];
  const isNotFound = error.details['error'] === 'KafkaJSGroupCoordinatorNotFound';
  if (!isNotFound || type === undefined) return error;
  return toBrokerError(Object.assign(new Error(text, { cause: thrown }), { type }));
}
