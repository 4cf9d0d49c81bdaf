import type { Sampling } from '../../core/types.js';
import * as pb from '../../gen/clipid/v1/clip.js';
import type { ClipSubmitted } from '../../gen/clipid/v1/events.js';
import type { SubmitClip } from '../../identify/port.js';
import { toStruct } from '../../wire/metadata.js';
import { fromSubmission, toSampling } from '../../wire/submission.js';
import { toTimestamp } from '../../wire/time.js';
import { need } from './extracted-checks.js';

/** A submission with everything filled in that the first stage decided. */
export type CompleteSubmission = SubmitClip & {
  readonly clipId: string;
  readonly sampling: Sampling;
};

export function toSubmitted(submit: CompleteSubmission): ClipSubmitted {
  const { clipId, galleryId, uri, enrolAs = '', metadata, priority, notAfterMs } = submit;
  return {
    ...{ clipId, galleryId, uri, enrollAs: enrolAs },
    metadata: metadata && toStruct(metadata),
    sampling: toSampling(submit.sampling),
    priority: pb.ClipPriority[`CLIP_PRIORITY_${priority ?? 'NORMAL'}`],
    notAfter: notAfterMs === undefined ? undefined : toTimestamp(notAfterMs),
  };
}

/** Without its origin. Throws FIELD_INVALID, LIMIT_EXCEEDED, MESSAGE_INVALID. */
export function fromSubmitted(submitted: ClipSubmitted): CompleteSubmission {
  const { clipId, sampling, ...rest } = fromSubmission(submitted);
  const framesPerSecond = need(sampling?.framesPerSecond, 'clip.sampling.frames_per_second');
  return {
    ...rest,
    clipId: need(clipId, 'clip.clip_id'),
    sampling: { ...sampling, framesPerSecond },
  };
}
