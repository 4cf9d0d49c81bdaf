import { ClipidError } from './errors.js';

/** a . b, in double precision. Throws FIELD_INVALID when the lengths differ. */
export function dot(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) {
    throw new ClipidError(
      'FIELD_INVALID',
      `Vectors of ${a.length} and ${b.length} dimensions cannot be compared.`,
    );
  }
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Euclidean length. */
export function norm(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector));
}

/**
 * The vector scaled to length 1, as a new array.
 * Throws FIELD_INVALID for a zero vector or one that holds NaN or infinity: it has no direction.
 */
export function toUnitLength(vector: Float32Array): Float32Array {
  const length = norm(vector);
  if (!(length > 0) || !Number.isFinite(length)) {
    throw new ClipidError('FIELD_INVALID', 'A vector must be finite and not zero.', {
      field: 'embedding',
    });
  }
  return vector.map((value) => value / length);
}

/**
 * The product's one similarity: the cosine of two unit vectors, cut to [-1, 1] against rounding.
 * A match is a similarity at or above the threshold.
 */
export function similarity(a: Float32Array, b: Float32Array): number {
  return Math.min(1, Math.max(-1, dot(a, b)));
}

/** How a bundle makes its network's features comparable. */
export interface Postprocess {
  /** [feature dimension]: the mean feature of many people, taken away first; null for none. */
  readonly mean: Float32Array | null;
  /**
   * A constant put behind the centred feature as one more dimension before scaling to unit length; 0
   * for none. With a large lift the cosine orders pairs as the euclidean distance does, with none it
   * sees the direction alone; between the two, short (uncertain) features do not gain by their noise.
   */
  readonly lift: number;
}

/** Dimensions of an embedding made from features of `featureDimension`. */
export function embeddingDimension(featureDimension: number, { lift }: Postprocess): number {
  return featureDimension + (lift > 0 ? 1 : 0);
}

/**
 * A bundle's post-processing: centre, lift, scale to unit length.
 * feature: [n]; result: [n], or [n + 1] with a lift; unit length.
 * Throws FIELD_INVALID when the mean has another dimension or nothing is left to scale.
 */
export function toEmbedding(feature: Float32Array, { mean, lift }: Postprocess): Float32Array {
  if (mean !== null && mean.length !== feature.length) {
    throw new ClipidError(
      'FIELD_INVALID',
      `The mean has ${mean.length} dimensions, the feature ${feature.length}.`,
    );
  }
  const out = new Float32Array(feature.length + (lift > 0 ? 1 : 0));
  for (let i = 0; i < feature.length; i++) out[i] = (feature[i] ?? 0) - (mean?.[i] ?? 0);
  if (lift > 0) out[feature.length] = lift;
  return toUnitLength(out);
}
