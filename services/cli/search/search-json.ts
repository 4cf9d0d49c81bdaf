import type { SearchedFace, UnsearchedFace, ProbeFace } from '../../gen/clipid/v1/search.js';
import type { Box } from '../../gen/clipid/v1/common.js';
import { decisionName, trackJson, type TrackJson } from '../appearance-json.js';
import { reasonName } from '../enroll/enroll-source.js';
import { decimals, seconds, table } from '../table.js';
import { toMs } from '../time.js';

export interface ProbeJson {
  readonly trackIndex: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Of its best frame, in shares of the picture; null for a template or an identity. */
  readonly box: Box | null;
}
export interface MatchJson {
  readonly identity: string;
  readonly similarity: number;
  readonly decision: string;
}
/** A track where the face was seen; `similarity` is that of the probe. */
export interface SeenJson extends TrackJson {
  readonly clipId: string;
  readonly similarity: number;
}

/** One face of the probe: the document that `search --json` prints. */
export interface SearchJson {
  /** Null where no face was found at all. */
  readonly probe: ProbeJson | null;
  /** What the comparison was made with. */
  readonly bundleId: string;
  readonly matches: readonly MatchJson[];
  readonly appearances: readonly SeenJson[];
  /** Why the face was not searched; empty where it was. */
  readonly reasons: readonly string[];
}

export function searchedJson(
  { face, matches, appearances }: SearchedFace,
  bundleId: string,
): SearchJson {
  return {
    bundleId,
    probe: face === undefined ? null : probeJson(face),
    matches: matches.map(({ identityId, similarity, decision }) => ({
      identity: identityId,
      similarity,
      decision: decisionName(decision),
    })),
    appearances: appearances.flatMap(({ appearance, similarity }) =>
      appearance === undefined
        ? []
        : [{ clipId: appearance.clipId, ...trackJson(appearance), similarity }],
    ),
    reasons: [],
  };
}

export function unsearchedJson({ face, reasons }: UnsearchedFace, bundleId: string): SearchJson {
  const probe = face === undefined ? null : probeJson(face);
  return { probe, bundleId, matches: [], appearances: [], reasons: reasons.map(reasonName) };
}

function probeJson({ trackIndex, segment, box }: ProbeFace): ProbeJson {
  const startMs = toMs(segment?.start);
  return { trackIndex, startMs, endMs: toMs(segment?.end), box: box ?? null };
}

/** The same for a person. */
export function searchText(found: SearchJson): string {
  if (found.reasons.length > 0) return `not searched: ${found.reasons.join(', ')}`;
  const face = `face ${found.probe?.trackIndex ?? 0}`;
  const who = found.matches.map((match) => [
    match.identity,
    decimals(match.similarity, 3),
    match.decision,
  ]);
  const where = found.appearances.map((seen) => [
    seen.clipId,
    String(seen.trackIndex),
    `${seconds(seen.startMs)} - ${seconds(seen.endMs)}`,
    decimals(seen.similarity, 3),
    seen.identity ?? 'nobody named',
    seen.templateId,
  ]);
  const people =
    who.length === 0 ? 'nobody is enrolled' : table(['identity', 'similarity', 'decision'], who);
  const places = where.length === 0 ? 'not seen in any clip' : table(SEEN_HEADING, where);
  return [`${face}: who`, people, `${face}: where`, places].join('\n');
}
const SEEN_HEADING = ['clip', 'track', 'when', 'similarity', 'known as', 'template'];
