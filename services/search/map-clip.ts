import type { ClipRow } from '../gallery/port.js';
import * as pb from '../gen/clipid/v1/clip.js';
import { toStruct } from '../wire/metadata.js';
import { optionalMs, toSampling } from '../wire/submission.js';
import { toTimestamp } from '../wire/time.js';

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
    priority: pb.ClipPriority[`CLIP_PRIORITY_${row.priority}`],
    notAfter: row.notAfterMs === null ? undefined : toTimestamp(row.notAfterMs),
    submissionId: row.submissionId,
  };
}
