import type { ClipTracks, Track, TrackFace } from '../../core/types.js';
import { norm } from '../../core/vectors.js';
import type * as pb from '../../gen/clipid/v1/tracks.js';
import { check, need } from './extracted-checks.js';

/** How far a template's length may be from 1: the same as the store allows. */
const LENGTH_TOLERANCE = 1e-3;

export function toTracks(clip: ClipTracks): pb.ExtractedTracks {
  const { bundleId, qualityKind, durationMs, widthPx, heightPx, frameCount } = clip;
  return {
    ...{ bundleId, qualityKind, durationMs, widthPx, heightPx, frameCount },
    warnings: [...clip.warnings],
    tracks: clip.tracks.map(toTrack),
  };
}

function toTrack({ trackIndex, startMs, endMs, faces, template }: Track): pb.ExtractedTrack {
  return { trackIndex, startMs, endMs, faces: [...faces], template: [...template] };
}

/** The tracks of the clip that they are of, checked. Throws MESSAGE_INVALID. */
export function fromTracks(
  clip: Pick<ClipTracks, 'galleryId' | 'clipId'>,
  { tracks, ...rest }: pb.ExtractedTracks,
): ClipTracks {
  const { durationMs, widthPx, heightPx, frameCount } = rest;
  const isSane = [durationMs, widthPx, heightPx, frameCount].every((value) => value >= 0);
  check(isSane && Number.isFinite(durationMs), 'tracks', 'has a size below 0 or without end');
  check(rest.bundleId !== '', 'tracks.bundle_id', 'is missing');
  const dimension = tracks[0]?.template.length ?? 0;
  return {
    ...{ galleryId: clip.galleryId, clipId: clip.clipId, ...rest },
    tracks: tracks.map((track, position) => {
      const before = tracks[position - 1]?.trackIndex ?? -1;
      check(track.trackIndex > before, 'track_index', `is ${track.trackIndex} after ${before}`);
      return fromTrack(track, dimension);
    }),
  };
}

function fromTrack(track: pb.ExtractedTrack, dimension: number): Track {
  const { trackIndex, startMs, endMs } = track;
  const isInOrder = startMs <= endMs && [startMs, endMs].every(Number.isFinite);
  check(isInOrder, `Track ${trackIndex}`, 'does not end after its start');
  check(track.faces.length > 0, `Track ${trackIndex}`, 'has no faces');
  const faces = track.faces.map((face) => fromFace(face, trackIndex));
  return { trackIndex, startMs, endMs, faces, template: toTemplate(track, dimension) };
}

function fromFace(face: pb.ExtractedFace, trackIndex: number): TrackFace {
  const box = need(face.box, `A box of track ${trackIndex}`);
  const { timestampMs, detectionScore, quality, weight } = face;
  const { x, y, width, height } = box;
  const numbers = [timestampMs, detectionScore, quality, weight, x, y, width, height];
  check(
    numbers.every(Number.isFinite),
    `A face of track ${trackIndex}`,
    'is not in finite numbers',
  );
  check(weight >= 0, `A weight of track ${trackIndex}`, 'is negative');
  return { timestampMs, box, detectionScore, quality, weight };
}

/** Result: [dimension], unit length. A vector that is not finite has no such length. */
function toTemplate({ trackIndex, template }: pb.ExtractedTrack, dimension: number): Float32Array {
  const field = `The template of track ${trackIndex}`;
  check(template.length === dimension, field, `has not ${dimension} dimensions as the first one`);
  const vector = Float32Array.from(template);
  const isUnit = Math.abs(norm(vector) - 1) <= LENGTH_TOLERANCE;
  check(isUnit, field, `is not of length 1 (within ${LENGTH_TOLERANCE})`);
  return vector;
}
