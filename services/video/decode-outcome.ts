import { exceeded, unreadable } from './clip-errors.js';
import type { ProcessEnd } from './media-process.js';
import type { ClipInfo, DecodeOptions } from './port.js';

/** What was decoded when ffmpeg's output came to its end. */
export interface DecodedSoFar {
  readonly frameCount: number;
  /** Of the last frame. */
  readonly timestampMs: number;
}

/** A clip may end this much before its headers say so, for the length of its last frames. */
const SHORT_BY_MS = 1000;
const SHORT_BY_SHARE = 0.1;
/** With an error on stderr, less is needed to say that the end is missing. */
const SHORT_BY_MS_AFTER_ERROR = 250;

/**
 * What to tell about a decode that came to its end: the warning, or undefined when all is well.
 * Throws CLIP_UNREADABLE when nothing was decoded of a clip that should have had something.
 */
export function outcomeWarning(
  so: DecodedSoFar,
  end: ProcessEnd,
  reason: string,
  info: ClipInfo,
  options: DecodeOptions,
): string | undefined {
  const failed = end.code !== 0;
  if (so.frameCount === 0) return nothingDecoded(failed, reason, info, options);
  if (info.isStill) return reason === '' ? undefined : `the picture is damaged: ${reason}`;
  if (endsEarly(so, failed || reason !== '', info, options)) return earlyEnd(so, reason, info);
  if (failed || reason !== '')
    return `part of the clip cannot be decoded: ${reason || 'ffmpeg failed'}`;
  return undefined;
}

function nothingDecoded(
  failed: boolean,
  reason: string,
  info: ClipInfo,
  options: DecodeOptions,
): string {
  const isWhole = options.startMs === undefined || options.startMs === 0;
  if (failed || isWhole) throw unreadable(reason);
  return `no frame from ${inSeconds(options.startMs ?? 0)} on: the clip is ${inSeconds(info.durationMs)} long`;
}

/** The last frame stands for its slot, or for the rest of a clip whose frames are far apart. */
function endsEarly(
  so: DecodedSoFar,
  sawError: boolean,
  info: ClipInfo,
  options: DecodeOptions,
): boolean {
  const due = Math.min(info.durationMs, options.endMs ?? Number.POSITIVE_INFINITY);
  const slotMs = 1000 / options.framesPerSecond;
  const allowed = sawError
    ? SHORT_BY_MS_AFTER_ERROR
    : Math.max(SHORT_BY_MS, SHORT_BY_SHARE * info.durationMs);
  return due - so.timestampMs > slotMs + allowed;
}

function earlyEnd(so: DecodedSoFar, reason: string, info: ClipInfo): string {
  const why = reason === '' ? 'there is no picture after that' : reason;
  return `the file ends early at ${inSeconds(so.timestampMs)} of ${inSeconds(info.durationMs)}: ${why}`;
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** A clip whose headers lied about its length. Throws LIMIT_EXCEEDED. */
export function checkTime(timestampMs: number, maxDurationMs: number): void {
  if (timestampMs <= maxDurationMs) return;
  throw exceeded('clip', 'maxDurationMs', timestampMs, maxDurationMs, 'ms');
}
