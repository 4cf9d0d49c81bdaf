import { ClipidError } from '../core/errors.js';
import { toEmbedding, type Postprocess } from '../core/vectors.js';
import { frameWeights, type WeightRule } from './weights.js';

/** How a bundle turns the features of a track into one vector. */
export interface AggregationRule extends WeightRule {
  readonly postprocess: Postprocess;
}

export interface Aggregate {
  /** [embedding dimension], unit length. */
  readonly template: Float32Array;
  /** [n]: each frame's share. */
  readonly weights: readonly number[];
}

/**
 * One template from the n features of one track: sum w_i f_i, then the bundle's post-processing.
 * features: n arrays of [dimension]; qualities: [n].
 * Throws FIELD_INVALID when there is no feature, or the two counts or the dimensions differ.
 */
export function aggregate(
  features: readonly Float32Array[],
  qualities: readonly number[],
  rule: AggregationRule,
): Aggregate {
  if (features.length === 0 || features.length !== qualities.length) {
    throw new ClipidError(
      'FIELD_INVALID',
      `A template needs as many qualities as features and at least one; got ${features.length} and ${qualities.length}.`,
    );
  }
  const weights = frameWeights(rule, qualities);
  return { template: toEmbedding(weightedSum(features, weights), rule.postprocess), weights };
}

/** sum w_i f_i, added up in double precision. */
function weightedSum(features: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const dimension = features[0]?.length ?? 0;
  const sum = new Float64Array(dimension);
  features.forEach((feature, frame) => {
    if (feature.length !== dimension) {
      throw new ClipidError('FIELD_INVALID', 'The features of one track differ in dimension.');
    }
    const weight = weights[frame] ?? 0;
    for (let i = 0; i < dimension; i++) sum[i] = (sum[i] ?? 0) + weight * (feature[i] ?? 0);
  });
  return Float32Array.from(sum);
}
