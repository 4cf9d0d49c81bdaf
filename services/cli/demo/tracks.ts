import type { Appearance, TrackFace } from '../../gen/clipid/v1/common.js';
import { trackJson, type TrackJson } from '../appearance-json.js';
import { toMs } from '../time.js';
import { personAt } from './camera.js';
import type { SeenFace } from './cast.js';
import type { DemoClip } from './make-clips.js';

/** A track of the demo, with who it really is. */
export interface DemoTrack extends TrackJson {
  readonly clip: DemoClip;
  readonly faces: readonly TrackFace[];
  /** Identity of an enrolled person, null for a stranger, undefined for what is not a face. */
  readonly truth: string | null | undefined;
  /** Whether a part of it that matters shows another person: a fault of the tracker. */
  readonly isMixed: boolean;
}

/** A face at the edge is easily taken for its neighbour's place; more than this is no accident. */
const MIXED_SHARE = 0.15;

export function demoTrack(clip: DemoClip, appearance: Appearance): DemoTrack {
  const { faces } = appearance;
  const people = peopleIn(clip, faces);
  const [most, second] = [...people].sort(([, a], [, b]) => b - a);
  const isMixed = (second?.[1] ?? 0) > MIXED_SHARE * faces.length;
  return { ...trackJson(appearance), clip, faces, truth: most?.[0].identityId, isMixed };
}

/** Whom the track's faces show, by where they are, and how many of them. */
function peopleIn(clip: DemoClip, faces: readonly TrackFace[]): Map<SeenFace, number> {
  const people = new Map<SeenFace, number>();
  for (const { timeOffset, box } of faces) {
    const seen = box === undefined ? undefined : personAt(clip.scene, toMs(timeOffset), box);
    if (seen !== undefined) people.set(seen, (people.get(seen) ?? 0) + 1);
  }
  return people;
}
