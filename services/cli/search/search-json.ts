import type {
  AppearanceMatch,
  ProbeFace,
  SearchedFace,
  UnsearchedFace,
} from '../../gen/clipid/v1/search.js';
import type { SearchFacesResponse } from '../../gen/clipid/v1/search_service.js';
import type { Box } from '../../gen/clipid/v1/common.js';
import { decisionName, trackJson, type TrackJson } from '../appearance-json.js';
import { ESTIMATE_HEADING, estimateJson, estimateText, type EstimateJson } from '../estimate.js';
import { reasonName } from '../enroll/enroll-source.js';
import { decimals, seconds, table } from '../table.js';
import { toMs } from '../time.js';
import { ruleJson, type RuleJson } from './rule-json.js';

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
  /** Null where there is no curve. */
  readonly estimatedFpr: EstimateJson | null;
}
/** A track where the face was seen; `similarity` and `estimatedFpr` are those of the probe. */
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
  /** What the decisions were made by. */
  readonly rule: RuleJson | null;
  readonly matches: readonly MatchJson[];
  readonly appearances: readonly SeenJson[];
  /** Why the face was not searched; empty where it was. */
  readonly reasons: readonly string[];
}

/** What is the same for every face of a search. */
type Made = Pick<SearchFacesResponse, 'bundleId' | 'rule'>;

export function searchedJson(
  { face, matches, appearances }: SearchedFace,
  { bundleId, rule }: Made,
): SearchJson {
  return {
    bundleId,
    rule: ruleJson(rule),
    probe: face === undefined ? null : probeJson(face),
    matches: matches.map(({ identityId, similarity, decision, estimatedFpr }) => ({
      identity: identityId,
      similarity,
      decision: decisionName(decision),
      estimatedFpr: estimateJson(estimatedFpr),
    })),
    appearances: appearances.flatMap(seenJson),
    reasons: [],
  };
}

export function unsearchedJson({ face, reasons }: UnsearchedFace, made: Made): SearchJson {
  return {
    probe: face === undefined ? null : probeJson(face),
    bundleId: made.bundleId,
    rule: ruleJson(made.rule),
    matches: [],
    appearances: [],
    reasons: reasons.map(reasonName),
  };
}

function seenJson({ appearance, similarity, estimatedFpr }: AppearanceMatch): SeenJson[] {
  if (appearance === undefined) return [];
  const { clipId } = appearance;
  const ofProbe = { similarity, estimatedFpr: estimateJson(estimatedFpr) };
  return [{ clipId, ...trackJson(appearance), ...ofProbe }];
}

function probeJson({ trackIndex, segment, box }: ProbeFace): ProbeJson {
  const startMs = toMs(segment?.start);
  return { trackIndex, startMs, endMs: toMs(segment?.end), box: box ?? null };
}

/** The same for a person. */
export function searchText(found: SearchJson): string {
  if (found.reasons.length > 0) return `not searched: ${found.reasons.join(', ')}`;
  const face = `face ${found.probe?.trackIndex ?? 0}`;
  const worth = estimateColumn(found);
  const who = found.matches.map((match) => [
    match.identity,
    decimals(match.similarity, 3),
    ...worth.map(() => estimateText(match.estimatedFpr)),
    match.decision,
  ]);
  const where = found.appearances.map((seen) => [
    seen.clipId,
    String(seen.trackIndex),
    `${seconds(seen.startMs)} - ${seconds(seen.endMs)}`,
    decimals(seen.similarity, 3),
    ...worth.map(() => estimateText(seen.estimatedFpr)),
    seen.identity ?? 'nobody named',
    seen.templateId,
  ]);
  const whoHeading = ['identity', 'similarity', ...worth, 'decision'];
  const whereHeading = ['clip', 'track', 'when', 'similarity', ...worth, 'known as', 'template'];
  const people = who.length === 0 ? 'nobody is enrolled' : table(whoHeading, who);
  const places = where.length === 0 ? 'not seen in any clip' : table(whereHeading, where);
  return [`${face}: who`, people, `${face}: where`, places].join('\n');
}

/** One more column where there is a curve, none where there is not. */
function estimateColumn({ matches, appearances }: SearchJson): string[] {
  const isKnown = [...matches, ...appearances].some((one) => one.estimatedFpr !== null);
  return isKnown ? [ESTIMATE_HEADING] : [];
}
