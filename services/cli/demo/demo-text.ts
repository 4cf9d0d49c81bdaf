import { qualityText } from '../appearance-json.js';
import { decimals, seconds, table } from '../table.js';
import type { Enrolled } from './enrol-people.js';
import type { DemoTrack } from './tracks.js';

const HEADING = [
  'clip',
  'start',
  'end',
  'frames',
  'quality',
  'best match',
  'similarity',
  'decision',
  'really is',
];

/** Every track, with who it really is beside who it was taken for. */
export function tracksText(tracks: readonly DemoTrack[]): string {
  return table(HEADING, tracks.map(row));
}

function row(track: DemoTrack): string[] {
  return [
    track.clip.scene.name,
    seconds(track.startMs),
    seconds(track.endMs),
    String(track.frameCount),
    qualityText(track),
    track.identity ?? '-',
    decimals(track.similarity, 3),
    track.decision,
    reallyIs(track),
  ];
}

function reallyIs({ truth, isMixed }: DemoTrack): string {
  const who = truth === undefined ? 'no face' : (truth ?? 'a stranger');
  return isMixed ? `${who}, and another` : who;
}

/** How a person was enrolled; honest about pictures that come from the clip's own photo. */
export function enrolledText({ person, quality, qualityKind }: Enrolled): string {
  const { identityId, still, remark } = person;
  return `  ${identityId} from ${still.photo} (${qualityKind ?? ''} quality ${decimals(quality)}): ${remark}`;
}
