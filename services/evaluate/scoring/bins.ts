/** Bins a unit of similarity. A power of two, so that a score's bin is computed without rounding. */
const BINS_A_UNIT = 32768;
/** Of similarities from -1 up; the last is for 1 and what rounding puts just above it. */
export const BIN_COUNT = 2 * BINS_A_UNIT + 1;

/** Which bin a similarity in [-1, 1] is counted in; `score >= edgeOf(b)` is `binOf(score) >= b`. */
export function binOf(score: number): number {
  return (score * BINS_A_UNIT + BINS_A_UNIT) | 0;
}

/** The least similarity of a bin. */
export function edgeOf(bin: number): number {
  return bin / BINS_A_UNIT - 1;
}

/** How many pairs of one person and of two people fell into each bin: [BIN_COUNT] each. */
export interface ScoreCounts {
  readonly genuine: Float64Array;
  readonly impostor: Float64Array;
}

export function emptyCounts(): ScoreCounts {
  return { genuine: new Float64Array(BIN_COUNT), impostor: new Float64Array(BIN_COUNT) };
}

export function addCounts(to: ScoreCounts, from: ScoreCounts): void {
  for (const kind of ['genuine', 'impostor'] as const) {
    const [sums, counts] = [to[kind], from[kind]];
    for (let bin = 0; bin < BIN_COUNT; bin++) sums[bin] = (sums[bin] ?? 0) + (counts[bin] ?? 0);
  }
}

export function totalOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** [bins + 1]: how many lie in bin b or above; the last is 0. */
export function countsFrom(counts: Float64Array): Float64Array {
  const above = new Float64Array(counts.length + 1);
  for (let bin = counts.length - 1; bin >= 0; bin--) {
    above[bin] = (above[bin + 1] ?? 0) + (counts[bin] ?? 0);
  }
  return above;
}

/** The bin that holds the score of this rank, from the largest (1) down; -1 past the end. */
export function binOfRank(counts: Float64Array, rank: number): number {
  let left = rank;
  for (let bin = counts.length - 1; bin >= 0; bin--) {
    left -= counts[bin] ?? 0;
    if (left <= 0) return bin;
  }
  return -1;
}
