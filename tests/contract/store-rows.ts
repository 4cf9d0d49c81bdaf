import type { Calibration } from '../../services/core/calibration.js';
import type { ClipTracks, TrackFace } from '../../services/core/types.js';
import { toUnitLength } from '../../services/core/vectors.js';
import type {
  AppearanceRow,
  ClipRow,
  GalleryCalibration,
  GalleryRow,
  IdentityRow,
  TemplateRow,
} from '../../services/gallery/port.js';

/** Rows with every field set; a test names only what it is about. */

export const DIMENSION = 8;

export function galleryRow(change: Partial<GalleryRow> = {}): GalleryRow {
  return {
    galleryId: 'g',
    displayName: 'Gallery',
    bundleId: 'b1',
    dimension: DIMENSION,
    createdMs: 1,
    targetFpr: null,
    uncertainFpr: null,
    ...change,
  };
}

/** A made-up curve: a tenth of the rate for each 0.1 of similarity, from all pairs at 0 to 1e-9 at 0.9. */
export function madeUpCurve(): Calibration {
  const points = Array.from({ length: 10 }, (_, tenths) => {
    const fpr = 10 ** -tenths;
    return {
      similarity: tenths / 10,
      fpr,
      low: fpr / 2,
      high: Math.min(1, fpr * 2),
      isFitted: tenths > 6,
      tpr: tenths === 9 ? null : 1 - tenths / 20,
    };
  });
  return {
    points,
    people: 50,
    templates: 200,
    impostorPairs: 19_000,
    genuinePairs: 900,
    qualities: [-1, 0, 1.5],
    madeMs: 1_790_000_000_000.5,
  };
}

export function galleryCalibration(change: Partial<GalleryCalibration> = {}): GalleryCalibration {
  return {
    calibration: madeUpCurve(),
    isInUse: true,
    enrolledTemplates: 200,
    notes: [],
    seen: { templates: 120, qualities: [0, 0.5, 1], similarities: [-0.2, 0.1, 0.9] },
    ...change,
  };
}

export function identityRow(change: Partial<IdentityRow> = {}): IdentityRow {
  return {
    galleryId: 'g',
    identityId: 'ann',
    displayName: 'Ann',
    metadata: { team: 'red', tags: ['a', 1, null] },
    createdMs: 1,
    updatedMs: 1,
    revision: 1,
    ...change,
  };
}

/** [dimension] float32, unit length, another one for each seed. */
export function unitVector(seed: number, dimension = DIMENSION): Float32Array {
  let state = (seed + 1) * 2654435761;
  const next = () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
    return (state ^ (state >>> 13)) >>> 0;
  };
  const gaussian = () => {
    const radius = Math.sqrt(-2 * Math.log((next() + 1) / (2 ** 32 + 1)));
    return radius * Math.cos((2 * Math.PI * next()) / 2 ** 32);
  };
  return toUnitLength(Float32Array.from({ length: dimension }, gaussian));
}

export function templateRow(change: Partial<TemplateRow> = {}): Omit<TemplateRow, 'label'> {
  return {
    templateId: 't0',
    galleryId: 'g',
    identityId: null,
    source: 'TRACK',
    clipId: 'c',
    trackIndex: 0,
    quality: 0.5,
    vector: unitVector(0),
    createdMs: 1,
    ...change,
  };
}

export function clipRow(change: Partial<ClipRow> = {}): ClipRow {
  return {
    galleryId: 'g',
    clipId: 'c',
    uri: 'file:///c.mp4',
    state: 'QUEUED',
    enrolAs: null,
    sampling: { framesPerSecond: 8, startMs: 0 },
    metadata: { camera: 'door' },
    attempts: 0,
    notBeforeMs: 0,
    errorCode: null,
    errorText: null,
    bundleId: null,
    durationMs: null,
    widthPx: null,
    heightPx: null,
    frameCount: null,
    warnings: ['short'],
    submissionId: 's',
    priority: 'NORMAL',
    notAfterMs: null,
    requestedMs: 1,
    submittedMs: 1,
    begunMs: null,
    extractedMs: null,
    updatedMs: 1,
    traceparent: null,
    tracestate: null,
    ...change,
  };
}

export function trackFace(change: Partial<TrackFace> = {}): TrackFace {
  return {
    timestampMs: 125.5,
    box: { x: 0.1, y: 0.2, width: 0.3, height: 0.4 },
    detectionScore: 0.9,
    quality: 1.5,
    weight: 1,
    ...change,
  };
}

export function appearanceRow(change: Partial<AppearanceRow> = {}): AppearanceRow {
  return {
    galleryId: 'g',
    clipId: 'c',
    trackIndex: 0,
    templateId: 't0',
    startMs: 0,
    endMs: 1000.5,
    qualityMin: 0.1,
    qualityMax: 0.9,
    qualityKind: 'network',
    decision: 'UNKNOWN',
    identityId: null,
    similarity: null,
    estimatedFpr: null,
    faces: [trackFace()],
    ...change,
  };
}

export function clipTracks(change: Partial<ClipTracks> = {}): ClipTracks {
  const track = (trackIndex: number) => ({
    trackIndex,
    startMs: 0,
    endMs: 500.25,
    faces: [trackFace()],
    template: unitVector(trackIndex),
  });
  return {
    clipId: 'c',
    galleryId: 'g',
    bundleId: 'b1',
    qualityKind: 'network',
    durationMs: 4266.7,
    widthPx: 640,
    heightPx: 360,
    frameCount: 34,
    warnings: ['ends early'],
    tracks: [track(0), track(1)],
    ...change,
  };
}
