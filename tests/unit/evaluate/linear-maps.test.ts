import { describe, expect, it } from 'vitest';
import {
  apply,
  discriminants,
  ofAll,
  type Training,
  whitening,
  withinPeople,
} from '../../../services/evaluate/better-templates/linear-maps.js';
import { symmetricEigen } from '../../../services/evaluate/better-templates/symmetric-eigen.js';
import { seeded } from '../../../services/evaluate/seeded.js';

const DIMENSION = 12;
const random = seeded(3);
const numbers = (): number[] => Array.from({ length: DIMENSION }, () => random() - 0.5);

/** People whose faces scatter more in some directions than in others. */
const people: Training = Array.from({ length: 5 }, () => {
  const centre = numbers();
  return Array.from({ length: 40 }, () =>
    Float32Array.from(numbers(), (value, k) => (centre[k] ?? 0) + (value * (k + 1)) / DIMENSION),
  );
});

describe('eigenvectors', () => {
  it('put the matrix together again, at right angles and of unit length', () => {
    const matrix = withinPeople(people);
    const { values, vectors } = symmetricEigen(matrix);
    matrix.forEach((row, i) =>
      row.forEach((entry, j) => {
        const again = vectors.reduce(
          (sum, vector, k) => sum + (values[k] ?? 0) * (vector[i] ?? 0) * (vector[j] ?? 0),
          0,
        );
        expect(again).toBeCloseTo(entry, 10);
        const dot = vectors[i]?.reduce((sum, value, k) => sum + value * (vectors[j]?.[k] ?? 0), 0);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 10);
      }),
    );
  });
});

describe('maps', () => {
  const mapped = (map: ReturnType<typeof whitening>): Training =>
    people.map((faces) => faces.map((face) => apply(map, face)));
  const expectUnit = (matrix: readonly Float64Array[], digits: number): void =>
    matrix.forEach((row, i) =>
      row.forEach((value, j) => expect(value).toBeCloseTo(i === j ? 1 : 0, digits)),
    );

  it('make what they were learned from round', () => {
    expectUnit(withinPeople(mapped(whitening(withinPeople(people), 0))), 4);
    expectUnit(ofAll(mapped(whitening(ofAll(people), 0))), 4);
  });

  it('leave lengths alone, up to one factor, where nothing is believed', () => {
    const [a, b] = [Float32Array.from(numbers()), Float32Array.from(numbers())];
    const map = whitening(withinPeople(people), 1);
    const ratio = (x: Float32Array): number => Math.hypot(...apply(map, x)) / Math.hypot(...x);
    expect(ratio(a)).toBeCloseTo(ratio(b), 5);
  });

  it('keep one dimension less than there are people, in which they lie apart', () => {
    const map = discriminants(people, 0);
    expect(map).toHaveLength(people.length - 1);
    const apart = (faces: Training): number =>
      ofAll(faces).reduce((sum, row, i) => sum + (row[i] ?? 0), 0) /
      withinPeople(faces).reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
    expect(apart(mapped(map))).toBeGreaterThan(2 * apart(people));
  });
});
