import type { FetchPolicy } from './fetch-policy.js';

export interface HttpTimes {
  /** Until the answer's first line. */
  readonly connectTimeoutMs: number;
  /** Between two pieces of the body. */
  readonly idleTimeoutMs: number;
  /** For the whole download: one byte now and then must not last for ever. */
  readonly totalTimeoutMs: number;
}

export const DEFAULT_HTTP_TIMES: HttpTimes = {
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 20_000,
  totalTimeoutMs: 15 * 60_000,
};

/** How clips are downloaded. */
export interface HttpSettings {
  readonly policy: FetchPolicy;
  readonly times: HttpTimes;
  /** Where copies lie while they are worked on; the system's temporary folder when absent. */
  readonly temporaryFolder?: string;
}
