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

/**
 * A bundle's post-processing: take the mean feature away, then scale to unit length.
 * feature: [dimension]; mean: [dimension] or null for none; result: [dimension], unit length.
 */
export function toEmbedding(feature: Float32Array, mean: Float32Array | null): Float32Array {
  if (mean === null) return toUnitLength(feature);
  if (mean.length !== feature.length) {
    throw new ClipidError(
      'FIELD_INVALID',
      `The mean has ${mean.length} dimensions, the feature ${feature.length}.`,
    );
  }
  return toUnitLength(feature.map((value, i) => value - (mean[i] ?? 0)));
}
