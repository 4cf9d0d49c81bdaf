import type { TrackFace } from '../../core/types.js';

const MOST_FACES = 64;

/**
 * At most 64 faces of a track, in order of time: the first, the last, others evenly between them, and
 * always the best one (of equal ones the first). Frames are taken at an even rate, so even in number
 * is even in time.
 */
export function thinFaces(faces: readonly TrackFace[]): readonly TrackFace[] {
  if (faces.length <= MOST_FACES) return faces;
  const chosen = new Set([...evenly(MOST_FACES - 1, faces.length), bestIndex(faces)]);
  return faces.filter((_, index) => chosen.has(index));
}

/** `count` different numbers from 0 to `length - 1`, both among them; 2 <= count <= length. */
function evenly(count: number, length: number): number[] {
  const step = (length - 1) / (count - 1);
  return Array.from({ length: count }, (_, i) => Math.round(i * step));
}

function bestIndex(faces: readonly TrackFace[]): number {
  const best = faces.reduce((a, b) => (b.quality > a.quality ? b : a));
  return faces.indexOf(best);
}
