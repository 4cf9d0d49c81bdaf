import { meanOf } from '../features.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** A linear map as its rows: [out][in]. */
export type LinearMap = readonly Float64Array[];

/** The features of each of the people that a map is learned from: [people][faces]. */
export type Training = readonly (readonly Float32Array[])[];

/** Mean of what faces of one person scatter around their mean; everybody counts the same. */
export function withinPeople(people: Training): Float64Array[] {
  return covariance(people.map((faces) => ({ faces, mean: meanOf(faces) })));
}

/** Mean of what all faces scatter around the mean of the people's means. */
export function ofAll(people: Training): Float64Array[] {
  const mean = meanOf(people.map(meanOf));
  return covariance(people.map((faces) => ({ faces, mean })));
}

function covariance(
  parts: readonly { readonly faces: readonly Float32Array[]; readonly mean: Float32Array }[],
): Float64Array[] {
  const n = parts[0]?.mean.length ?? 0;
  const sum = Array.from({ length: n }, () => new Float64Array(n));
  for (const { faces, mean } of parts) {
    const weight = 1 / (faces.length * parts.length);
    for (const face of faces)
      addOuter(
        sum,
        face.map((value, k) => value - (mean[k] ?? 0)),
        weight,
      );
  }
  return sum;
}

function addOuter(sum: readonly Float64Array[], vector: Float32Array, weight: number): void {
  for (const [i, row] of sum.entries()) {
    const scaled = weight * (vector[i] ?? 0);
    for (let j = 0; j < row.length; j++) row[j] = (row[j] ?? 0) + scaled * (vector[j] ?? 0);
  }
}

/**
 * Makes the covariance round, as far as it is believed: `shrink` of each eigenvalue is replaced by their
 * mean, as few people leave most directions to chance. With `withinPeople` this is WCCN, with `ofAll`
 * whitening by principal components.
 */
export function whitening(matrix: readonly Float64Array[], shrink: number): LinearMap {
  const { values, vectors } = symmetricEigen(matrix);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return vectors.map((vector, k) => {
    const length = Math.sqrt((1 - shrink) * Math.max(0, values[k] ?? 0) + shrink * mean);
    return vector.map((value) => value / length);
  });
}

/** Linear discriminant analysis: whitened within people, then only where the people's means differ. */
export function discriminants(people: Training, shrink: number): LinearMap {
  const round = whitening(withinPeople(people), shrink);
  const means = people.map((faces) => [apply(round, meanOf(faces))]);
  const { values, vectors } = symmetricEigen(ofAll(means));
  const order = [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const kept = order.slice(0, people.length - 1).map((k) => vectors[k] ?? new Float64Array());
  return kept.map((vector) => times(vector, round));
}

/** vector^T map. */
function times(vector: Float64Array, map: LinearMap): Float64Array {
  const out = new Float64Array(map[0]?.length ?? 0);
  map.forEach((row, i) =>
    row.forEach((value, j) => (out[j] = (out[j] ?? 0) + (vector[i] ?? 0) * value)),
  );
  return out;
}

export function apply(map: LinearMap, vector: Float32Array): Float32Array {
  return Float32Array.from(map, (row) =>
    row.reduce((sum, value, k) => sum + value * (vector[k] ?? 0), 0),
  );
}
