import { ClipidError } from '../core/errors.js';
import { canSeek, type DecodePlan } from './command.js';
import type { VideoLimits } from './limits.js';
import type { ClipInfo, DecodeOptions } from './port.js';

const MAX_FRAMES_PER_SECOND = 240;
const MAX_LONG_SIDE_PX = 8192;

/** Works out one decode. Throws FIELD_INVALID, naming the option and its range. */
export function decodePlan(
  info: ClipInfo,
  options: DecodeOptions,
  limits: VideoLimits,
  threads: number,
): DecodePlan {
  checkOptions(options);
  return {
    ...boundedSize(info, options.longSidePx),
    framesPerSecond: options.framesPerSecond,
    startMs: options.startMs ?? 0,
    rotationDegrees: info.rotationDegrees ?? 0,
    isStill: info.isStill,
    canSeek: canSeek(info),
    threads,
    maxPixels: limits.maxPixels,
  };
}

/** The picture's size with its long side at most `longSidePx`; never larger than it is. */
export function boundedSize(
  info: Pick<ClipInfo, 'widthPx' | 'heightPx'>,
  longSidePx: number,
): { widthPx: number; heightPx: number } {
  const scale = Math.min(1, longSidePx / Math.max(info.widthPx, info.heightPx));
  return {
    widthPx: Math.max(1, Math.round(info.widthPx * scale)),
    heightPx: Math.max(1, Math.round(info.heightPx * scale)),
  };
}

function checkOptions(options: DecodeOptions): void {
  const { framesPerSecond, longSidePx, startMs = 0, endMs = Number.POSITIVE_INFINITY } = options;
  if (!(framesPerSecond > 0 && framesPerSecond <= MAX_FRAMES_PER_SECOND)) {
    invalid('framesPerSecond', `above 0 and at most ${MAX_FRAMES_PER_SECOND}`);
  }
  if (!Number.isInteger(longSidePx) || longSidePx < 1 || longSidePx > MAX_LONG_SIDE_PX) {
    invalid('longSidePx', `a whole number of pixels from 1 to ${MAX_LONG_SIDE_PX}`);
  }
  if (!Number.isFinite(startMs) || startMs < 0) invalid('startMs', '0 ms or more');
  if (!(endMs > startMs)) invalid('endMs', `more than startMs (${startMs} ms)`);
}

function invalid(field: string, rule: string): never {
  throw new ClipidError('FIELD_INVALID', `${field} must be ${rule}.`, { field });
}
