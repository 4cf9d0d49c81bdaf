import type { Duration } from '../gen/google/protobuf/duration.js';

/** Milliseconds of a duration in a response; 0 when it is absent. */
export function toMs(duration: Duration | undefined): number {
  return duration === undefined ? 0 : duration.seconds * 1000 + duration.nanos / 1e6;
}
