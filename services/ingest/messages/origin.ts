import type { SourceMessage } from '../../core/source-message.js';
import type { ClipOrigin } from '../../identify/port.js';
import { submissionIdOf } from './submission-id.js';
import { traceOf } from './trace.js';

/** The end of the year 9999: no protobuf Timestamp is later. */
export const LAST_MS = 253_402_300_799_999;

/** The message as the origin of a submission. */
export function originOf(message: SourceMessage): ClipOrigin {
  return {
    submissionId: submissionIdOf(message),
    requestedMs: plausible(message.timestampMs),
    trace: traceOf(message.headers),
    message,
  };
}

/** Producers may write any time, and -1 stands for none: what no event could say is brought inside. */
function plausible(timestampMs: number): number {
  return timestampMs > 0 ? Math.min(timestampMs, LAST_MS) : 0;
}
