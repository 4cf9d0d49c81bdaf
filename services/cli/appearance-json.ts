import { Decision, type Appearance } from '../gen/clipid/v1/common.js';
import { estimateJson, type EstimateJson } from './estimate.js';
import { decimals } from './table.js';
import { toMs } from './time.js';

/** A track as every --json output shows it. */
export interface TrackJson {
  readonly trackIndex: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly frameCount: number;
  readonly qualityMin: number;
  readonly qualityMax: number;
  /** Which score the qualities are of. */
  readonly qualityKind: string;
  readonly decision: string;
  /** Null unless MATCHED or UNCERTAIN. */
  readonly identity: string | null;
  /** To the nearest identity; null where the gallery had nobody to compare with. */
  readonly similarity: number | null;
  /** What that similarity says about strangers; null where there was no curve. */
  readonly estimatedFpr: EstimateJson | null;
  readonly templateId: string;
}

export function trackJson(appearance: Appearance): TrackJson {
  return {
    trackIndex: appearance.trackIndex,
    startMs: toMs(appearance.segment?.start),
    endMs: toMs(appearance.segment?.end),
    frameCount: appearance.frameCount,
    qualityMin: appearance.qualityMin,
    qualityMax: appearance.qualityMax,
    qualityKind: appearance.qualityKind,
    decision: decisionName(appearance.decision),
    identity: appearance.identityId === '' ? null : appearance.identityId,
    similarity: appearance.similarity ?? null,
    estimatedFpr: estimateJson(appearance.estimatedFpr),
    templateId: appearance.templateId,
  };
}

/** `0.12 .. 0.61 (heuristic)`: the range over a track, and which score it is. */
export function qualityText({ qualityMin, qualityMax, qualityKind }: TrackJson): string {
  return `${decimals(qualityMin)} .. ${decimals(qualityMax)} (${qualityKind})`;
}

/** `MATCHED`, `UNCERTAIN` or `UNKNOWN`. */
export function decisionName(decision: Decision): string {
  return decision === Decision.UNRECOGNIZED ? 'UNKNOWN' : decision.replace(/^DECISION_/, '');
}
