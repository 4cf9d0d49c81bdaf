import type { TrackFace } from '../../gen/clipid/v1/common.js';

/**
 * At most `count` faces of a track, evenly spread over its time so that bad moments show as well as
 * good ones; the face with the largest weight is always among them.
 */
export function pickFaces(faces: readonly TrackFace[], count: number): TrackFace[] {
  if (faces.length <= count) return [...faces];
  const step = (faces.length - 1) / (count - 1);
  const picked = Array.from({ length: count }, (_, i) => Math.round(i * step));
  const best = indexOfLargest(faces.map(({ weight }) => weight));
  if (!picked.includes(best)) picked[Math.round(best / step)] = best;
  return picked.flatMap((index) => faces[index] ?? []);
}

function indexOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > (values[best] ?? -Infinity) ? i : best), 0);
}
