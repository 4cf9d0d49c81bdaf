import type { Duration } from '../gen/google/protobuf/duration.js';
import type { Timestamp } from '../gen/google/protobuf/timestamp.js';

/** Milliseconds of a duration in a response; 0 when it is absent. */
export function toMs(duration: Duration | undefined): number {
  return duration === undefined ? 0 : duration.seconds * 1000 + duration.nanos / 1e6;
}

/** `2026-01-31T12:00:00.000Z`; null when it is absent. */
export function isoTime(time: Timestamp | undefined): string | null {
  if (time === undefined) return null;
  return new Date(time.seconds * 1000 + time.nanos / 1e6).toISOString();
}
