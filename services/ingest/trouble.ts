import { ClipidError, errorFromParts, type ErrorCode } from '../core/errors.js';

/**
 * What happens to a clip whose work failed, and to the message that it came with:
 * - RETRY: later, with growing waits; past the last attempt it is a FAIL.
 * - FAIL: for good, and the message goes to the dead letters.
 * - SKIP: for good, and nobody need look at it: no dead letter.
 * - STOP: the whole intake stops with the offset kept, because the next clip would fare no better.
 */
export type Remedy = 'RETRY' | 'FAIL' | 'SKIP' | 'STOP';

const REMEDIES: Readonly<Record<ErrorCode, Remedy>> = {
  FIELD_INVALID: 'FAIL',
  LIMIT_EXCEEDED: 'FAIL',
  URI_FORBIDDEN: 'FAIL',
  CLIP_UNREACHABLE: 'RETRY',
  CLIP_UNREADABLE: 'FAIL',
  CLIP_EMPTY: 'FAIL',
  CLIP_EXPIRED: 'SKIP',
  CLIP_NO_VIDEO: 'FAIL',
  GALLERY_NOT_FOUND: 'FAIL',
  IDENTITY_NOT_FOUND: 'FAIL',
  CLIP_NOT_FOUND: 'FAIL',
  TEMPLATE_NOT_FOUND: 'FAIL',
  ALREADY_EXISTS: 'FAIL',
  CONFLICT: 'FAIL',
  BUNDLE_MISMATCH: 'FAIL',
  BUNDLE_INVALID: 'STOP',
  CALIBRATION_MISSING: 'FAIL',
  MODEL_FAILED: 'RETRY',
  DATA_LOCKED: 'STOP',
  STORE_FAILED: 'STOP',
  OVERLOADED: 'RETRY',
  DEADLINE_EXCEEDED: 'RETRY',
  CANCELLED: 'RETRY',
  UNAVAILABLE: 'RETRY',
  BROKER_FAILED: 'STOP',
  MESSAGE_INVALID: 'FAIL',
  TOOL_MISSING: 'STOP',
  INTERNAL: 'RETRY',
};

/** The remedy for a clip at its n-th attempt (counting from 1). */
export function remedyFor(error: ClipidError, attempt: number, maxAttempts: number): Remedy {
  const remedy = REMEDIES[error.code];
  return remedy === 'RETRY' && attempt >= maxAttempts ? 'FAIL' : remedy;
}

/** Whether a clip that failed with this code leaves a dead letter. */
export function leavesDeadLetter(code: string): boolean {
  return REMEDIES[errorFromParts(code, '').code] !== 'SKIP';
}

/** Thrown for a clip that nobody waits for any more. */
export function expired(notAfterMs: number): ClipidError {
  const time = new Date(notAfterMs).toISOString();
  const message = `The clip was not begun before its not_after (${time}).`;
  return new ClipidError('CLIP_EXPIRED', message, { field: 'not_after' });
}

/** A clip that was begun so often without an end has most likely taken its process down with it. */
export function gaveUp(attempts: number): ClipidError {
  return new ClipidError(
    'LIMIT_EXCEEDED',
    `Given up after ${attempts} attempts that did not come to an end. Submit the clip again to retry.`,
  );
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * Milliseconds until the next attempt: doubling, with jitter so that clips of one dead source do not
 * come back together. `random` is in [0, 1).
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return Math.round(full * (0.5 + random / 2));
}
