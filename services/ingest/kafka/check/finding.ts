import { toBrokerError } from '../broker-errors.js';

/** What a check looked at, in this order. */
export type Area = 'brokers' | 'topics' | 'rights' | 'groups';

/** Something that was looked at. WARN: it works, but not as well as it should. */
export interface Finding {
  readonly area: Area;
  readonly state: 'OK' | 'WARN' | 'FAIL';
  /** What was looked at: a broker, a topic, a right, a group. */
  readonly subject: string;
  /** What was found and, unless OK, what to do. */
  readonly text: string;
}

export function ok(area: Area, subject: string, text: string): Finding {
  return { area, state: 'OK', subject, text };
}

export function warning(area: Area, subject: string, text: string): Finding {
  return { area, state: 'WARN', subject, text };
}

export function failure(area: Area, subject: string, text: string): Finding {
  return { area, state: 'FAIL', subject, text };
}

/** The finding of `look`, or that it failed and why. */
export async function attempt(
  area: Area,
  subject: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (thrown) {
    return [failure(area, subject, toBrokerError(thrown).message)];
  }
}
