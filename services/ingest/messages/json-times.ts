import { z } from 'zod';
import type { Duration } from '../../gen/google/protobuf/duration.js';
import type { Timestamp } from '../../gen/google/protobuf/timestamp.js';

const A_DURATION = 'must be a duration in seconds, for example "1.5s"';
const A_TIMESTAMP = 'must be a time as in RFC 3339, for example "2030-01-31T12:00:00Z"';

/** Ten thousand years: no protobuf Duration is longer. */
const MAX_SECONDS = 315_576_000_000;

/** A google.protobuf.Duration in JSON: `1.5s`. */
export const durationJson = z
  .string(A_DURATION)
  .regex(/^-?\d{1,12}(\.\d{1,9})?s$/, A_DURATION)
  .transform(toDuration)
  .refine(({ seconds }) => Math.abs(seconds) <= MAX_SECONDS, A_DURATION);

/** A google.protobuf.Timestamp in JSON: `2030-01-31T12:00:00.5Z`, also with another zone. */
export const timestampJson = z.iso
  .datetime({ offset: true, error: A_TIMESTAMP })
  .regex(/T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/, A_TIMESTAMP)
  .transform(toTimestamp);

/** Both parts have the sign of the whole. */
function toDuration(text: string): Duration {
  const sign = text.startsWith('-') ? -1 : 1;
  const [seconds = '', fraction = ''] = text.replace(/[-s]/g, '').split('.');
  return { seconds: sign * Number(seconds), nanos: sign * nanosOf(fraction) };
}

/** The fraction apart, as a Date holds milliseconds only. */
function toTimestamp(text: string): Timestamp {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  return { seconds: Date.parse(text.replace(/\.\d+/, '')) / 1000, nanos: nanosOf(fraction) };
}

function nanosOf(fraction: string): number {
  return Number(fraction.padEnd(9, '0'));
}
