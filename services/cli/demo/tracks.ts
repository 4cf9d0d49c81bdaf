import type { Appearance, TrackFace } from '../../gen/clipid/v1/common.js';
import { trackJson, type TrackJson } from '../appearance-json.js';
import { toMs } from '../time.js';
import { personAt } from './camera.js';
import type { DemoClip } from './make-clips.js';

/** A track of the demo, with who it really is. */
export interface DemoTrack extends TrackJson {
  readonly clip: DemoClip;
  readonly faces: readonly TrackFace[];
  /** Identity of an enrolled person, null for a stranger, undefined for what is not a face. */
  readonly truth: string | null | undefined;
}

export function demoTrack(clip: DemoClip, appearance: Appearance): DemoTrack {
  const { faces } = appearance;
  return { ...trackJson(appearance), clip, faces, truth: truthOf(clip, faces) };
}

/** The person whom most of the track's faces show. */
function truthOf(clip: DemoClip, faces: readonly TrackFace[]): string | null | undefined {
  const votes = new Map<string | null | undefined, number>();
  for (const { timeOffset, box } of faces) {
    const seen = box === undefined ? undefined : personAt(clip.scene, toMs(timeOffset), box);
    votes.set(seen?.identityId, (votes.get(seen?.identityId) ?? 0) + 1);
  }
  const [most] = [...votes].sort(([, a], [, b]) => b - a);
  return most?.[0];
}
