import { similarity } from '../core/vectors.js';
import type { Thresholds, Track } from '../core/types.js';

export interface Person {
  /** The tracks to enrol; empty when it is not clear who is meant. */
  readonly tracks: readonly Track[];
  /** In words, why there are none. */
  readonly problem: string;
}

/**
 * The tracks of a clip if they are all of one person. Enrolling is never a guess: two people in the
 * picture give none, rather than the larger one.
 */
export function onePerson(tracks: readonly Track[], thresholds: Thresholds): Person {
  const [longest] = [...tracks].sort((a, b) => b.faces.length - a.faces.length);
  if (longest === undefined) return { tracks: [], problem: 'no face was found' };
  const overlap = tracks.some((a) =>
    tracks.some((b) => a !== b && a.startMs <= b.endMs && b.startMs <= a.endMs),
  );
  const alike = tracks.every(
    (track) => similarity(track.template, longest.template) >= thresholds.matched,
  );
  if (overlap || !alike) {
    return {
      tracks: [],
      problem: `${tracks.length} faces were found that are not surely one person`,
    };
  }
  return { tracks, problem: '' };
}
