import type { Sampling } from '../core/types.js';
import type { ClipRow } from '../gallery/port.js';
import * as pb from '../gen/clipid/v1/clip.js';
import type { SubmitClipRequest } from '../gen/clipid/v1/clip_service.js';
import type { SubmitClip } from '../identify/port.js';
import { ClipidError } from '../core/errors.js';
import { fromStruct, toStruct } from './map-metadata.js';
import { fromDuration, toDuration, toTimestamp } from './map-time.js';
import { checkId, checkRange, checkUri } from './validate.js';

const FRAMES_PER_SECOND_RANGE = [0.1, 60] as const;

function optionalMs(ms: number | null | undefined): pb.Clip['duration'] {
  return ms === null || ms === undefined ? undefined : toDuration(ms);
}

function toSampling(sampling: Sampling): pb.Sampling {
  return {
    framesPerSecond: sampling.framesPerSecond,
    startOffset: optionalMs(sampling.startMs),
    endOffset: optionalMs(sampling.endMs),
  };
}

function toError(row: ClipRow): pb.ClipError | undefined {
  if (row.state !== 'FAILED') return undefined;
  return { code: row.errorCode ?? 'INTERNAL', message: row.errorText ?? '' };
}

export function toClip(row: ClipRow): pb.Clip {
  return {
    galleryId: row.galleryId,
    clipId: row.clipId,
    uri: row.uri,
    state: pb.ClipState[`CLIP_STATE_${row.state}`],
    error: toError(row),
    warnings: [...row.warnings],
    sampling: toSampling(row.sampling),
    metadata: toStruct(row.metadata),
    enrollAs: row.enrolAs ?? '',
    attempts: row.attempts,
    duration: optionalMs(row.durationMs),
    widthPx: row.widthPx ?? 0,
    heightPx: row.heightPx ?? 0,
    frameCount: row.frameCount ?? 0,
    bundleId: row.bundleId ?? '',
    submitTime: toTimestamp(row.submittedMs),
    updateTime: toTimestamp(row.updatedMs),
  };
}

function checkRate(framesPerSecond: number): number {
  const field = 'sampling.frames_per_second';
  return checkRange(framesPerSecond, field, FRAMES_PER_SECOND_RANGE, 'frames a second');
}

/** What a caller set of the sampling. Throws FIELD_INVALID. */
export function fromSampling(sampling: pb.Sampling): Partial<Sampling> {
  const { framesPerSecond, startOffset, endOffset } = sampling;
  const part = {
    ...(framesPerSecond === undefined ? {} : { framesPerSecond: checkRate(framesPerSecond) }),
    ...(startOffset && { startMs: fromDuration(startOffset, 'sampling.start_offset') }),
    ...(endOffset && { endMs: fromDuration(endOffset, 'sampling.end_offset') }),
  };
  if (part.endMs === undefined || part.endMs > (part.startMs ?? 0)) return part;
  const message = `sampling.end_offset is ${part.endMs / 1000} s; it must be after sampling.start_offset.`;
  throw new ClipidError('FIELD_INVALID', message, { field: 'sampling.end_offset' });
}

/** Throws FIELD_INVALID, LIMIT_EXCEEDED. */
export function fromSubmitClip(request: SubmitClipRequest): SubmitClip {
  const { clipId, sampling, metadata, enrollAs } = request;
  return {
    galleryId: checkId(request.galleryId, 'gallery_id'),
    uri: checkUri(request.uri, 'uri'),
    ...(clipId === '' ? {} : { clipId: checkId(clipId, 'clip_id') }),
    ...(sampling && { sampling: fromSampling(sampling) }),
    ...(metadata && { metadata: fromStruct(metadata) }),
    ...(enrollAs === '' ? {} : { enrolAs: checkId(enrollAs, 'enroll_as') }),
  };
}
