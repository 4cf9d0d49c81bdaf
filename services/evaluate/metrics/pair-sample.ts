import type { AllCollected, SortedKept } from '../scoring/score-pool.js';
import type { VectorSet } from '../scoring/vector-set.js';
import type { CollectPlan } from '../scoring/collect-pass.js';

/** Pairs of one kind in descending order of score: [length] each. */
export interface WeightedPairs {
  readonly scores: Float32Array;
  /** How many pairs each one stands for: 1, or `every` where they were thinned out. */
  readonly counts: Uint32Array;
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
}

/** What the bootstrap and the curve of quality are made from. */
export interface PairSample {
  readonly set: VectorSet;
  readonly genuine: WeightedPairs;
  readonly impostor: WeightedPairs;
}

export function pairSample(set: VectorSet, plan: CollectPlan, all: AllCollected): PairSample {
  return {
    set,
    // The pairs of one person that are kept whole are those with the lowest scores: they come last.
    genuine: weighted(all.genuine, plan.genuine.every, false),
    impostor: weighted(all.impostor, plan.impostor.every, true),
  };
}

function weighted(kept: SortedKept, every: number, wholeFirst: boolean): WeightedPairs {
  const whole = { pairs: kept.whole, count: 1 };
  const thinned = { pairs: kept.thinned, count: every };
  const parts = wholeFirst ? [whole, thinned] : [thinned, whole];
  const length = kept.whole.scores.length + kept.thinned.scores.length;
  const out = {
    scores: new Float32Array(length),
    counts: new Uint32Array(length),
    rows: new Uint32Array(length),
    columns: new Uint32Array(length),
  };
  let at = 0;
  for (const { pairs, count } of parts) {
    out.scores.set(pairs.scores, at);
    out.rows.set(pairs.rows, at);
    out.columns.set(pairs.columns, at);
    out.counts.fill(count, at, at + pairs.scores.length);
    at += pairs.scores.length;
  }
  return out;
}
