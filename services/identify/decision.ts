import type { FprEstimate } from '../core/calibration.js';
import type { Decision, Match, Thresholds } from '../core/types.js';

/** MATCHED at or above the threshold, UNKNOWN below both, UNCERTAIN between. */
export function decide(similarity: number, thresholds: Thresholds): Decision {
  if (similarity >= thresholds.matched) return 'MATCHED';
  return similarity >= thresholds.uncertain ? 'UNCERTAIN' : 'UNKNOWN';
}

/** The decision about a track, from the nearest identity if there is any. */
export interface Verdict {
  readonly decision: Decision;
  /** Null when UNKNOWN. */
  readonly identityId: string | null;
  /** To the nearest identity, also where it was too small; null when there is none. */
  readonly similarity: number | null;
  /** What that similarity says about strangers; null without a curve. */
  readonly estimatedFpr: FprEstimate | null;
}

const NOBODY_THERE: Verdict = {
  decision: 'UNKNOWN',
  identityId: null,
  similarity: null,
  estimatedFpr: null,
};

export function verdict(best: Match | undefined): Verdict {
  if (best === undefined) return NOBODY_THERE;
  const { decision, similarity, estimatedFpr } = best;
  const identityId = decision === 'UNKNOWN' ? null : best.identityId;
  return { decision, identityId, similarity, estimatedFpr };
}
