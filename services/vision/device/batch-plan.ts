import type { NetworkSpec } from '../runtime/network-runner.js';

/** How pictures are gathered for one processor. */
export interface BatchRules {
  /** The only batch sizes that its sessions ever see, ascending, the first is 1. */
  readonly sizes: readonly number[];
  /** The longest that a request waits for company while the processor is free, in milliseconds. */
  readonly maxWaitMs: number;
  /** Pictures that may wait for one processor; beyond it callers hold theirs back. */
  readonly maxWaiting: number;
}

export const DEFAULT_BATCH_RULES: BatchRules = {
  sizes: [1, 8, 32, 128],
  maxWaitMs: 5,
  maxWaiting: 1_024,
};

/**
 * A batch's input pixels at most: 128 faces of 150 px, or 8 detector pictures of 640 px. Without it a
 * batch of 128 detector pictures would ask for tens of gigabytes.
 */
const MOST_PIXELS = 4_194_304;

/**
 * What a run costs besides its pictures, in pictures: starting kernels, copying. An estimate; it
 * decides whether two pictures go as 1 + 1 or as 8 of which six are blank.
 */
const COST_OF_A_RUN = 8;

/** The sizes of the rules that fit the network's pictures; at least the smallest. */
export function sizesFor(spec: NetworkSpec, sizes: readonly number[]): readonly number[] {
  const most = MOST_PIXELS / (spec.widthPx * spec.heightPx);
  const fitting = sizes.filter((size) => size <= most);
  return fitting.length > 0 ? fitting : sizes.slice(0, 1);
}

/**
 * Sizes of the runs, largest first, that together hold `count` pictures at the least cost.
 * count >= 0; sizes ascending, not empty. A run that is not full is padded.
 */
export function planBatches(count: number, sizes: readonly number[]): number[] {
  const largest = sizes.at(-1) ?? 1;
  const full = Math.floor(count / largest);
  return [...Array<number>(full).fill(largest), ...cheapestRuns(count % largest, sizes)];
}

/** Of all ways to hold `count` pictures the cheapest, by the cheapest ways to hold fewer. */
function cheapestRuns(count: number, sizes: readonly number[]): number[] {
  const best: { cost: number; last: number }[] = [{ cost: 0, last: 0 }];
  for (let held = 1; held <= count; held++) {
    const choices = sizes.map((size) => ({
      cost: size + COST_OF_A_RUN + (best[Math.max(0, held - size)]?.cost ?? 0),
      last: size,
    }));
    best.push(choices.reduce((a, b) => (b.cost <= a.cost ? b : a)));
  }
  const runs: number[] = [];
  for (let left = count; left > 0; left -= runs.at(-1) ?? left) runs.push(best[left]?.last ?? left);
  return runs.sort((a, b) => b - a);
}
