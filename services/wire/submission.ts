import { ClipidError } from '../core/errors.js';
import type { ClipPriority, Sampling } from '../core/types.js';
import * as pb from '../gen/clipid/v1/clip.js';
import type { ClipSubmitted } from '../gen/clipid/v1/events.js';
import type { SubmitClip } from '../identify/port.js';
import { fromStruct } from './metadata.js';
import { fromDuration, fromTimestamp, toDuration } from './time.js';
import { checkId, checkRange, checkUri } from './validate.js';

const FRAMES_PER_SECOND_RANGE = [0.1, 60] as const;

export function optionalMs(ms: number | null | undefined): pb.Clip['duration'] {
  return ms === null || ms === undefined ? undefined : toDuration(ms);
}

export function toSampling(sampling: Sampling): pb.Sampling {
  return {
    framesPerSecond: sampling.framesPerSecond,
    startOffset: optionalMs(sampling.startMs),
    endOffset: optionalMs(sampling.endMs),
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

/** Throws FIELD_INVALID for a priority of another version. */
export function fromPriority(priority: pb.ClipPriority): ClipPriority {
  if (priority === pb.ClipPriority.CLIP_PRIORITY_HIGH) return 'HIGH';
  if (priority !== pb.ClipPriority.UNRECOGNIZED) return 'NORMAL';
  throw new ClipidError('FIELD_INVALID', 'priority is not one of this version: NORMAL or HIGH.', {
    field: 'priority',
  });
}

/** What a call and a message say of a clip alike: SubmitClipRequest and ClipSubmitted. */
export type Submission = Pick<
  ClipSubmitted,
  'galleryId' | 'clipId' | 'uri' | 'enrollAs' | 'metadata' | 'sampling' | 'priority' | 'notAfter'
>;

/** Throws FIELD_INVALID, LIMIT_EXCEEDED. */
export function fromSubmission(request: Submission): SubmitClip {
  const { clipId, sampling, metadata, enrollAs, notAfter } = request;
  return {
    galleryId: checkId(request.galleryId, 'gallery_id'),
    uri: checkUri(request.uri, 'uri'),
    ...(clipId === '' ? {} : { clipId: checkId(clipId, 'clip_id') }),
    ...(sampling && { sampling: fromSampling(sampling) }),
    ...(metadata && { metadata: fromStruct(metadata) }),
    ...(enrollAs === '' ? {} : { enrolAs: checkId(enrollAs, 'enroll_as') }),
    priority: fromPriority(request.priority),
    ...(notAfter && { notAfterMs: fromTimestamp(notAfter, 'not_after') }),
  };
}
