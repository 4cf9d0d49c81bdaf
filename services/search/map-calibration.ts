import type { GalleryCalibration } from '../gallery/port.js';
import * as pb from '../gen/clipid/v1/calibration.js';
import type { ReportDriftResponse } from '../gen/clipid/v1/gallery_service.js';
import { CurveSource } from '../gen/clipid/v1/search.js';
import type { DriftReport } from '../identify/drift.js';
import { toTimestamp } from '../wire/time.js';

export function toCalibration(own: GalleryCalibration): pb.GalleryCalibration {
  const { calibration, isInUse, enrolledTemplates, notes } = own;
  const { points, madeMs, people, templates, impostorPairs, genuinePairs } = calibration;
  return {
    points: points.map(({ isFitted, tpr, ...point }) => ({
      ...point,
      ...{ extrapolated: isFitted, tpr: tpr ?? undefined },
    })),
    ...{ people, templates, impostorPairs, genuinePairs },
    makeTime: toTimestamp(madeMs),
    inUse: isInUse,
    enrolledTemplates,
    notes: [...notes],
  };
}

export function toDriftResponse(report: DriftReport): ReportDriftResponse {
  const { verdict, words, templates, since, quality, similarity } = report;
  return {
    verdict: pb.DriftVerdict[`DRIFT_VERDICT_${verdict}`],
    words: [...words],
    templates,
    sinceSource:
      since === null
        ? CurveSource.CURVE_SOURCE_UNSPECIFIED
        : CurveSource[`CURVE_SOURCE_${since.source}`],
    sinceTime: since === null ? undefined : toTimestamp(since.madeMs),
    quality: quality ?? undefined,
    similarity: similarity ?? undefined,
  };
}
