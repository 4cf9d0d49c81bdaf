/**
 * What a similarity says about strangers, as it was measured: the share of pairs of two people that
 * reach it. Beyond what was counted it is a fitted tail.
 */
export interface CurvePoint {
  /** Cosine, in [-1, 1]. */
  readonly similarity: number;
  /** False positive rate of one comparison: share of pairs of two people at or above it, in (0, 1]. */
  readonly fpr: number;
  /** 95 % interval of that rate, by bootstrap over people. */
  readonly low: number;
  readonly high: number;
  /** Whether it comes from the fitted tail, where pairs were too few to count. */
  readonly isFitted: boolean;
  /** Share of pairs of one person at or above it; null where there were none. */
  readonly tpr: number | null;
}

/** A curve, and what it rests on. */
export interface Calibration {
  /** In order of similarity, ascending, so that rates descend; two at least. */
  readonly points: readonly CurvePoint[];
  readonly people: number;
  readonly templates: number;
  readonly impostorPairs: number;
  readonly genuinePairs: number;
  /** Quantiles of the templates' quality, 0 %, 5 % ... 100 %; empty where it is not known. */
  readonly qualities: readonly number[];
  readonly madeMs: number;
}

/** How templates look, whoever they are of; quantiles of 0 %, 5 % ... 100 %, empty where not known. */
export interface Snapshot {
  readonly templates: number;
  readonly qualities: readonly number[];
  /** Of pairs that are hardly of one person: of other clips, and not decided to be the same. */
  readonly similarities: readonly number[];
}

/** Chances of a false match that a caller accepts for one search, in (0, 1); `matched <= uncertain`. */
export interface Targets {
  readonly matched: number;
  readonly uncertain: number;
}

/** An estimated false positive rate. */
export interface FprEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly isFitted: boolean;
}

/** Nothing is more alike than this: what a target asks for that the curve does not reach. */
const IDENTICAL = 1;

/**
 * The false positive rate of one comparison at a similarity. Between points the logarithm of the rate
 * is linear; beyond the last point it stays at that point's, which is then an upper bound.
 */
export function fprAt(points: readonly CurvePoint[], similarity: number): FprEstimate {
  const above = points.findIndex((point) => point.similarity > similarity);
  const [left, right] = [points[above - 1], points[above]];
  if (above === 0 || points.length === 0) return { value: 1, low: 1, high: 1, isFitted: false };
  const last = left ?? points[points.length - 1];
  if (left === undefined || right === undefined) return estimateOf(last);
  const share = (similarity - left.similarity) / (right.similarity - left.similarity);
  return {
    value: between(left.fpr, right.fpr, share),
    low: between(left.low, right.low, share),
    high: between(left.high, right.high, share),
    isFitted: left.isFitted || right.isFitted,
  };
}

/** The least similarity whose rate is at most `fpr`; 1 where the curve does not reach so low a rate. */
export function similarityAt(points: readonly CurvePoint[], fpr: number): number {
  const at = points.findIndex((point) => point.fpr <= fpr);
  const [left, right] = [points[at - 1], points[at]];
  if (right === undefined) return IDENTICAL;
  if (left === undefined) return right.similarity;
  const share = Math.log(fpr / left.fpr) / Math.log(right.fpr / left.fpr);
  return left.similarity + share * (right.similarity - left.similarity);
}

/**
 * The rate that one comparison may have so that a search of `comparisons` has at most `target`: their
 * sum bounds the chance that any of them is false, however they depend on one another (Bonferroni).
 */
export function perComparison(target: number, comparisons: number): number {
  return target / Math.max(1, comparisons);
}

/** The other way: a bound of the chance that any of so many comparisons is false. */
export function overSearch(estimate: FprEstimate, comparisons: number): FprEstimate {
  const over = (rate: number): number => Math.min(1, rate * Math.max(1, comparisons));
  const { value, low, high, isFitted } = estimate;
  return { value: over(value), low: over(low), high: over(high), isFitted };
}

function estimateOf(point: CurvePoint | undefined): FprEstimate {
  const { fpr = 1, low = 1, high = 1, isFitted = false } = point ?? {};
  return { value: fpr, low, high, isFitted };
}

/** Between two rates, along the logarithm; a rate of 0 has none, and the larger one is the safe answer. */
function between(left: number, right: number, share: number): number {
  if (left <= 0 || right <= 0) return Math.max(left, right);
  return Math.exp(Math.log(left) + share * (Math.log(right) - Math.log(left)));
}
