import type { FprEstimate } from '../core/calibration.js';
import type { Match, TrackFace } from '../core/types.js';
import type { AppearanceRow } from '../gallery/port.js';
import * as pb from '../gen/clipid/v1/common.js';
import { ClipidError } from '../core/errors.js';
import type { FaceReason } from '../identify/port.js';
import { toDuration } from './time.js';

/** Whether a response has every face: FULL; BASIC is the default. */
export function wantsFaces(view: pb.AppearanceView): boolean {
  if (view !== pb.AppearanceView.UNRECOGNIZED)
    return view === pb.AppearanceView.APPEARANCE_VIEW_FULL;
  throw new ClipidError('FIELD_INVALID', 'view is not a view of this version: BASIC or FULL.', {
    field: 'view',
  });
}

export function toFace(face: TrackFace): pb.TrackFace {
  return {
    timeOffset: toDuration(face.timestampMs),
    box: face.box,
    quality: face.quality,
    weight: face.weight,
    detectionScore: face.detectionScore,
  };
}

export function toSegment(startMs: number, endMs: number): pb.Segment {
  return { start: toDuration(startMs), end: toDuration(endMs) };
}

export function toReason(reason: FaceReason): pb.FaceReason {
  return pb.FaceReason[`FACE_REASON_${reason}`];
}

/** Absent where there was no curve. */
export function toEstimate(estimate: FprEstimate | null): pb.FprEstimate | undefined {
  if (estimate === null) return undefined;
  const { value, low, high, isFitted: extrapolated } = estimate;
  return { value, low, high, extrapolated };
}

export function toMatch(match: Match): pb.Match {
  return {
    ...match,
    decision: pb.Decision[`DECISION_${match.decision}`],
    estimatedFpr: toEstimate(match.estimatedFpr),
  };
}

/** The identity is left out where nobody was decided for, whatever the row remembers. */
export function toAppearance(row: AppearanceRow, withFaces: boolean): pb.Appearance {
  return {
    clipId: row.clipId,
    trackIndex: row.trackIndex,
    templateId: row.templateId,
    segment: toSegment(row.startMs, row.endMs),
    frameCount: row.faces.length,
    qualityMin: row.qualityMin,
    qualityMax: row.qualityMax,
    qualityKind: row.qualityKind,
    decision: pb.Decision[`DECISION_${row.decision}`],
    identityId: row.decision === 'UNKNOWN' ? '' : (row.identityId ?? ''),
    similarity: row.similarity ?? undefined,
    estimatedFpr: toEstimate(row.estimatedFpr),
    faces: withFaces ? row.faces.map(toFace) : [],
  };
}
