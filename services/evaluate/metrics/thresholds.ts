import { binOf, countsFrom, type ScoreCounts } from '../scoring/bins.js';
import type { AllCollected } from '../scoring/score-pool.js';

/** Scores of both kinds of pairs in those bins that matter, and how many lie above each bin. */
export interface ExactScores {
  readonly genuineTotal: number;
  readonly impostorTotal: number;
  /** Of this bin and those above it: [BIN_COUNT + 1] each. */
  readonly genuineFrom: Float64Array;
  readonly impostorFrom: Float64Array;
  /** [score, times] by bin, scores descending. */
  readonly genuineIn: ReadonlyMap<number, readonly Tied[]>;
  readonly impostorIn: ReadonlyMap<number, readonly Tied[]>;
}
/** A score and how many pairs have it. */
export type Tied = readonly [score: number, times: number];

export function exactScores(counts: ScoreCounts, collected: AllCollected): ExactScores {
  const genuineFrom = countsFrom(counts.genuine);
  const impostorFrom = countsFrom(counts.impostor);
  return {
    genuineTotal: genuineFrom[0] ?? 0,
    impostorTotal: impostorFrom[0] ?? 0,
    genuineFrom,
    impostorFrom,
    genuineIn: byBin(collected.genuine.exact),
    impostorIn: byBin(collected.impostor.exact),
  };
}

function byBin(tally: ReadonlyMap<number, number>): Map<number, Tied[]> {
  const bins = new Map<number, Tied[]>();
  for (const entry of [...tally].sort(([a], [b]) => b - a)) {
    const bin = binOf(entry[0]);
    const list = bins.get(bin) ?? [];
    list.push(entry);
    bins.set(bin, list);
  }
  return bins;
}

/** The impostor score of this rank, from the largest (1) down, where its bin is `bin`. */
export function impostorOfRank(scores: ExactScores, rank: number, bin: number): number {
  let left = rank - (scores.impostorFrom[bin + 1] ?? 0);
  for (const [score, times] of scores.impostorIn.get(bin) ?? []) {
    left -= times;
    if (left <= 0) return score;
  }
  return Number.NaN;
}

/** How many pairs of a kind score above `limit`, which lies in a bin whose scores are known. */
export function countAbove(
  from: Float64Array,
  inBins: ReadonlyMap<number, readonly Tied[]>,
  limit: number,
): number {
  const bin = binOf(limit);
  const inBin = (inBins.get(bin) ?? []).filter(([score]) => score > limit);
  return inBin.reduce((sum, [, times]) => sum + times, from[bin + 1] ?? 0);
}

const bits = new DataView(new ArrayBuffer(4));
/** The least float32 above a finite float32: `score >= nextAbove(x)` is `score > x`. */
export function nextAbove(value: number): number {
  if (value === 0) return 2 ** -149;
  bits.setFloat32(0, value);
  bits.setInt32(0, bits.getInt32(0) + (value > 0 ? 1 : -1));
  return bits.getFloat32(0);
}
