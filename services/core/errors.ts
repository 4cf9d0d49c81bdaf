/**
 * The closed list of what can go wrong. A code says what happened and never how it is shown:
 * one door turns it into a gRPC status, another into a decision about a queued clip.
 */
export const ERROR_CODES = [
  'FIELD_INVALID', // a field of a request, message, manifest or setting breaks its rule
  'LIMIT_EXCEEDED', // larger, longer or more than a stated limit
  'URI_FORBIDDEN', // the operator did not allow this scheme, host or folder
  'CLIP_UNREACHABLE', // the source did not answer or the file is not there (now)
  'CLIP_UNREADABLE', // not a video or image that ffmpeg can decode
  'CLIP_EMPTY', // zero bytes
  'CLIP_EXPIRED', // was not begun before the time after which nobody wants it
  'CLIP_NO_VIDEO', // readable, but with no picture in it (sound only)
  'GALLERY_NOT_FOUND',
  'IDENTITY_NOT_FOUND',
  'CLIP_NOT_FOUND',
  'TEMPLATE_NOT_FOUND',
  'ALREADY_EXISTS',
  'CONFLICT', // a writer lost a race: an etag or request id does not match
  'BUNDLE_MISMATCH', // vectors of one bundle met a gallery of another
  'BUNDLE_INVALID', // a model bundle's manifest or file is not what it claims
  'CALIBRATION_MISSING', // a target was asked for, and there is no curve to make a threshold of it
  'MODEL_FAILED', // an inference session failed or a worker died
  'DATA_LOCKED', // another process holds the data folder
  'STORE_FAILED', // the database failed: disk full, corrupt, unreadable
  'OVERLOADED', // a bounded queue is full
  'DEADLINE_EXCEEDED',
  'CANCELLED',
  'UNAVAILABLE', // not started yet, or shutting down
  'BROKER_FAILED', // Kafka refused for good: no right, no topic, a version too old
  'MESSAGE_INVALID', // a message that cannot be read at all
  'TOOL_MISSING', // ffmpeg or another program is not installed
  'INTERNAL',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Codes after which the same call may succeed later without a change by the caller. */
const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CLIP_UNREACHABLE',
  'MODEL_FAILED',
  'STORE_FAILED',
  'OVERLOADED',
  'DEADLINE_EXCEEDED',
  'UNAVAILABLE',
]);

export interface ErrorFacts {
  /** The field, setting or file that is wrong, as its user writes it: `sampling.frames_per_second`. */
  readonly field?: string;
  /** Facts for machines and logs; never a vector, a picture or a secret. */
  readonly details?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** The one error type of clipid: `message` says what is wrong and what to do next. */
export class ClipidError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly details: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'ClipidError';
    this.code = code;
    this.field = facts.field;
    this.details = facts.details ?? {};
  }

  get canRetry(): boolean {
    return RETRYABLE.has(this.code);
  }
}

/** Any thrown value as a ClipidError; what is not ours becomes INTERNAL with its cause kept. */
export function toClipidError(thrown: unknown): ClipidError {
  if (thrown instanceof ClipidError) return thrown;
  const name = thrown instanceof Error ? thrown.name : '';
  if (name === 'AbortError')
    return new ClipidError('CANCELLED', 'The work was cancelled.', { cause: thrown });
  if (name === 'TimeoutError')
    return new ClipidError('DEADLINE_EXCEEDED', 'Time ran out.', { cause: thrown });
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new ClipidError('INTERNAL', text, { cause: thrown });
}

/** An error that crossed a thread or was read back from the store. */
export function errorFromParts(code: string, message: string, field?: string): ClipidError {
  const known = ERROR_CODES.find((candidate) => candidate === code) ?? 'INTERNAL';
  return new ClipidError(known, message, field === undefined ? {} : { field });
}
