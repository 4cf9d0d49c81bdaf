import { decimals, seconds } from '../table.js';
import type { DemoTrack } from './tracks.js';

/** The heading of one row of the sheet. */
export function rowTitle(track: DemoTrack): string {
  const when = `${seconds(track.startMs)} - ${seconds(track.endMs)}`;
  return `${track.clip.scene.name}, track ${track.trackIndex}: ${when}, ${track.frameCount} frames`;
}

/** What came out, and how near the nearest enrolled person was. */
export function rowDecision(track: DemoTrack): string {
  const who = track.identity === null ? track.decision : `${track.decision} ${track.identity}`;
  return `${who} (similarity ${decimals(track.similarity, 3)})`;
}

/** Markup must not come from names. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function explanation(qualityKind: string): string {
  return (
    'Each row is one track, its faces evenly spread over its time. Under each face: its weight in the ' +
    `one template of the track, in per cent, and its quality by the score '${qualityKind}'.`
  );
}
