import type { DemoClip } from './make-clips.js';
import type { DemoTrack } from './tracks.js';

/** What went wrong, in words; empty when everybody was found and nobody was taken for another. */
export function problemsOf(clips: readonly DemoClip[], tracks: readonly DemoTrack[]): string[] {
  return [...clips.flatMap((clip) => missedIn(clip, tracks)), ...tracks.flatMap(mistaken)];
}

/** Enrolled people who are in a clip and were found in none of its tracks. */
function missedIn(clip: DemoClip, tracks: readonly DemoTrack[]): string[] {
  const expected = clip.scene.faces.flatMap(({ identityId }) => identityId ?? []);
  const found = tracks.filter(
    (track) =>
      track.clip === clip && track.decision === 'MATCHED' && track.truth === track.identity,
  );
  return expected
    .filter((identity) => !found.some((track) => track.identity === identity))
    .map((identity) => `${identity} is in the clip ${clip.scene.name} and was not found.`);
}

/** A track that was matched to somebody it does not show. */
function mistaken(track: DemoTrack): string[] {
  if (track.decision !== 'MATCHED' || track.truth === track.identity) return [];
  const really = track.truth ?? 'a stranger';
  const where = `track ${track.trackIndex} of ${track.clip.scene.name}`;
  return [`${where} is ${really} and was taken for ${track.identity ?? 'nobody'}.`];
}
