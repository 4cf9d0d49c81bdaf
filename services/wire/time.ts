import { ClipidError } from '../core/errors.js';
import type { Duration } from '../gen/google/protobuf/duration.js';
import type { Timestamp } from '../gen/google/protobuf/timestamp.js';

const NANOS_PER_MS = 1e6;

/** Whole seconds and the rest in nanoseconds, both of the same sign for what we send (>= 0). */
function split(ms: number): { seconds: number; nanos: number } {
  const wholeNanos = Math.round((ms % 1000) * NANOS_PER_MS);
  const carry = wholeNanos === 1e9 ? 1 : 0;
  return { seconds: Math.trunc(ms / 1000) + carry, nanos: carry === 1 ? 0 : wholeNanos };
}

/** Milliseconds since 1970 (>= 0). */
export function toTimestamp(epochMs: number): Timestamp {
  return split(epochMs);
}

/** Milliseconds since 1970 of a time that must not be before. Throws FIELD_INVALID. */
export function fromTimestamp(time: Timestamp, field: string): number {
  const ms = time.seconds * 1000 + time.nanos / NANOS_PER_MS;
  if (ms >= 0 && Number.isSafeInteger(time.seconds) && time.nanos >= 0 && time.nanos < 1e9)
    return ms;
  throw new ClipidError('FIELD_INVALID', `${field} is not a time since 1970.`, { field });
}

/** Milliseconds, not negative. */
export function toDuration(ms: number): Duration {
  return split(ms);
}

/** Milliseconds of a duration that must not be negative. */
export function fromDuration(duration: Duration, field: string): number {
  const ms = duration.seconds * 1000 + duration.nanos / NANOS_PER_MS;
  if (ms >= 0 && Math.abs(duration.nanos) < 1e9) return ms;
  const message = `${field} is ${ms / 1000} s; it must be a duration of 0 s or more.`;
  throw new ClipidError('FIELD_INVALID', message, { field });
}
