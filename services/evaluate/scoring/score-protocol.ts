import type { ScoreCounts } from './bins.js';
import type { CollectPlan, Collected } from './collect-pass.js';
import type { VectorSet } from './vector-set.js';

/** A pass over all pairs, shared by the threads: each takes the next block that nobody has. */
export interface ScoreTask {
  readonly set: VectorSet;
  /** [2] in shared memory: the next block, and 1 where the work is to be given up. */
  readonly control: Int32Array;
  /** Absent: count. */
  readonly plan?: CollectPlan;
}

export type ScoreAnswer =
  | { readonly counts: ScoreCounts }
  | { readonly collected: Collected }
  | { readonly code: string; readonly message: string };

export const NEXT_BLOCK = 0;
export const GIVE_UP = 1;
