import type { AllCollected, SortedKept } from '../scoring/score-pool.js';
import { pairTotals, type VectorSet } from '../scoring/vector-set.js';

/** Pairs of one kind in descending order of score: [length] each. */
export interface WeightedPairs {
  readonly scores: Float32Array;
  /** How many pairs each one stands for: 1, or more where they were thinned out; they sum to all. */
  readonly counts: Float64Array;
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
}

/** What the bootstrap and the curve of quality are made from. */
export interface PairSample {
  readonly set: VectorSet;
  readonly genuine: WeightedPairs;
  readonly impostor: WeightedPairs;
}

export function pairSample(set: VectorSet, all: AllCollected): PairSample {
  const totals = pairTotals(set);
  return {
    set,
    // The pairs of one person that are kept whole are those with the lowest scores: they come last.
    genuine: weighted(all.genuine, totals.genuine, false),
    impostor: weighted(all.impostor, totals.impostor, true),
  };
}

function weighted(kept: SortedKept, total: number, wholeFirst: boolean): WeightedPairs {
  const whole = { pairs: kept.whole, count: 1 };
  const left = total - kept.whole.scores.length;
  const thinned = { pairs: kept.thinned, count: left / kept.thinned.scores.length };
  const parts = wholeFirst ? [whole, thinned] : [thinned, whole];
  const length = kept.whole.scores.length + kept.thinned.scores.length;
  const out = {
    scores: new Float32Array(length),
    counts: new Float64Array(length),
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
