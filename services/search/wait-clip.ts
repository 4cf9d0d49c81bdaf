import { toClipidError } from '../core/errors.js';
import type { ClipRow } from '../gallery/port.js';
import type { WaitClipRequest } from '../gen/clipid/v1/clip_service.js';
import type { ClipService } from '../identify/port.js';
import { fromDuration } from '../wire/time.js';

const DEFAULT_WAIT_MS = 10 * 60_000;
const MAX_WAIT_MS = 60 * 60_000;

/** How long a caller wants to wait at most. Throws FIELD_INVALID for a negative duration. */
export function waitTimeoutMs(timeout: WaitClipRequest['timeout']): number {
  if (timeout === undefined) return DEFAULT_WAIT_MS;
  return Math.min(fromDuration(timeout, 'timeout'), MAX_WAIT_MS);
}

/**
 * The clip once it is DONE or FAILED, or as it is after `timeoutMs`. Rejects as `clips.wait` does when
 * `signal` aborts.
 */
export async function waitClip(
  clips: ClipService,
  [galleryId, clipId]: readonly [string, string],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ClipRow> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  try {
    return await clips.wait(galleryId, clipId, AbortSignal.any([signal, timeout.signal]));
  } catch (thrown) {
    const timedOut = timeout.signal.aborted && !signal.aborted;
    if (timedOut && toClipidError(thrown).code === 'CANCELLED') return clips.get(galleryId, clipId);
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}
