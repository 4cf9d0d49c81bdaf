/**
 * Scores of pairs of two people, from the most alike down, and how many pairs each stands for.
 * `total` counts those too that are not listed.
 */
export interface WeightedScores {
  readonly scores: Float32Array;
  readonly weights: Float64Array;
  readonly total: number;
}

/** A generalised Pareto distribution of what lies above `from`. */
export interface Tail {
  readonly from: number;
  readonly scale: number;
  /** Negative: the tail ends; 0: it falls like an exponential; positive: more slowly. */
  readonly shape: number;
}

/** No two faces are more alike. */
const MOST = 1;
const NEARLY_ZERO = 1e-9;

/**
 * The tail above `from`, by probability-weighted moments (Hosking and Wallis, "Parameter and Quantile
 * Estimation for the Generalized Pareto Distribution", Technometrics 29, 1987): with a0 the mean excess
 * and a1 = E[y (1 - F(y))], scale = 2 a0 a1 / (a0 - 2 a1), shape = 2 - a0 / (a0 - 2 a1).
 *
 * A fit that ends below a similarity of 1 would call what lies beyond impossible, from not having seen
 * it: its shape is raised until it ends there. Undefined where nothing lies above `from`.
 */
export function fitTail({ scores, weights }: WeightedScores, from: number): Tail | undefined {
  const { sum, first, second } = moments(scores, weights, from);
  if (sum === 0) return undefined;
  const [a0, a1] = [first / sum, second / sum ** 2];
  const spread = a0 - 2 * a1;
  // Scores that are all the same have no shape.
  if (spread <= NEARLY_ZERO * a0) return { from, scale: a0, shape: 0 };
  const scale = (2 * a0 * a1) / spread;
  const shape = Math.max(2 - a0 / spread, -scale / (MOST - from));
  return { from, scale, shape };
}

/** Sums over the excesses above `from`: of their weights, of y, and of y times the weight above it. */
function moments(scores: Float32Array, weights: Float64Array, from: number) {
  let [sum, first, second] = [0, 0, 0];
  for (let i = 0; i < scores.length; i++) {
    const excess = (scores[i] ?? 0) - from;
    if (excess <= 0) break;
    const weight = weights[i] ?? 0;
    first += weight * excess;
    // The middle of the pairs that this entry stands for.
    second += weight * excess * (sum + weight / 2);
    sum += weight;
  }
  return { sum, first, second };
}

/** Of what lies above `tail.from`, the share at or above a similarity. */
export function shareAbove({ from, scale, shape }: Tail, similarity: number): number {
  const excess = Math.max(0, similarity - from) / scale;
  if (Math.abs(shape) < NEARLY_ZERO) return Math.exp(-excess);
  const base = 1 + shape * excess;
  return base <= 0 ? 0 : base ** (-1 / shape);
}

/** The similarity that this share of what lies above `tail.from` reaches. */
export function similarityOfShare({ from, scale, shape }: Tail, share: number): number {
  if (Math.abs(shape) < NEARLY_ZERO) return from - scale * Math.log(share);
  return from + (scale / shape) * (share ** -shape - 1);
}
