import { toBrokerError } from '../broker-errors.js';

/** What a check looked at, in this order. */
export type Area = 'brokers' | 'topics' | 'rights' | 'groups';

/**
 * WARN: it works, but not as well as it should. NOTE: it could not be looked at, or only somebody who
 * knows the cluster can judge it.
 */
export type FindingState = 'OK' | 'NOTE' | 'WARN' | 'FAIL';

export interface Finding {
  readonly area: Area;
  readonly state: FindingState;
  /** A broker, a topic, a right, a group. */
  readonly subject: string;
  /** What was found and, where it should be otherwise, what to do. */
  readonly text: string;
}

/** Findings of one area: `say('OK', subject, text)`. */
export function findingsIn(area: Area) {
  return (state: FindingState, subject: string, text: string): Finding => ({
    area,
    state,
    subject,
    text,
  });
}

/** What `look` finds or, where it throws, that it failed and why. */
export async function attempt(
  area: Area,
  subject: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (thrown) {
    return [{ area, state: 'FAIL', subject, text: toBrokerError(thrown).message }];
  }
}
