import type { ClipidError, ErrorCode } from '../core/errors.js';

/**
 * What happens to a clip whose work failed: RETRY later, FAIL for good, or STOP the whole intake,
 * because the next clip would fare no better and nothing must be lost meanwhile.
 */
export type Remedy = 'RETRY' | 'FAIL' | 'STOP';

const REMEDIES: Readonly<Record<ErrorCode, Remedy>> = {
  FIELD_INVALID: 'FAIL',
  LIMIT_EXCEEDED: 'FAIL',
  URI_FORBIDDEN: 'FAIL',
  CLIP_UNREACHABLE: 'RETRY',
  CLIP_UNREADABLE: 'FAIL',
  CLIP_EMPTY: 'FAIL',
  CLIP_NO_VIDEO: 'FAIL',
  GALLERY_NOT_FOUND: 'FAIL',
  IDENTITY_NOT_FOUND: 'FAIL',
  CLIP_NOT_FOUND: 'FAIL',
  TEMPLATE_NOT_FOUND: 'FAIL',
  ALREADY_EXISTS: 'FAIL',
  CONFLICT: 'FAIL',
  BUNDLE_MISMATCH: 'FAIL',
  BUNDLE_INVALID: 'STOP',
  MODEL_FAILED: 'RETRY',
  DATA_LOCKED: 'STOP',
  STORE_FAILED: 'STOP',
  OVERLOADED: 'RETRY',
  DEADLINE_EXCEEDED: 'RETRY',
  CANCELLED: 'RETRY',
  UNAVAILABLE: 'RETRY',
  TOOL_MISSING: 'STOP',
  INTERNAL: 'RETRY',
};

/** The remedy for a clip at its n-th attempt (counting from 1). */
export function remedyFor(error: ClipidError, attempt: number, maxAttempts: number): Remedy {
  const remedy = REMEDIES[error.code];
  return remedy === 'RETRY' && attempt >= maxAttempts ? 'FAIL' : remedy;
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
