import { BIN_COUNT, binOf, emptyCounts, type ScoreCounts } from './bins.js';
import { type Block, walkBlock } from './blocks.js';
import type { VectorSet } from './vector-set.js';

/** The first look at all pairs: how many scores fall into each bin. */
export class CountPass {
  readonly result: ScoreCounts = emptyCounts();

  add(set: VectorSet, block: Block): void {
    const { genuine, impostor } = this.result;
    walkBlock(
      set,
      block,
      ({ from, to }) => countRun(block.scores, from, to, genuine),
      ({ from, to }) => countRun(block.scores, from, to, impostor),
    );
  }
}

/** Runs for every pair: what rounding put outside of [-1, 1] still has a bin. */
function countRun(scores: Float32Array, from: number, to: number, bins: Float64Array): void {
  for (let i = from; i < to; i++) bins[binOf(scores[i]!)]! += 1;
}

/** The bins in which a second look wants to see every score. [BIN_COUNT] of 0 and 1. */
export function flagged(bins: Iterable<number>): Uint8Array {
  const flags = new Uint8Array(BIN_COUNT);
  for (const bin of bins) if (bin >= 0) flags[bin] = 1;
  return flags;
}
