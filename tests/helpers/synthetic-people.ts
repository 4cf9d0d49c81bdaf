import type { Compared } from '../../services/evaluate/calibration/calibrate.js';
import { seeded } from '../../services/evaluate/seeded.js';

const DIMENSION = 64;
/** Few directions matter much and many a little, as in embeddings of faces. */
const DEVIATIONS = Array.from({ length: DIMENSION }, (_, i) => 1 / Math.sqrt(1 + i));

/**
 * Made-up people: each has a place of its own, and templates around it, of some people closer together
 * than of others. Embeddings are of unit length; equal seeds give equal people.
 */
export function syntheticPeople(people: number, each: number, seed: number): Compared[] {
  const random = seeded(seed);
  // Box and Muller's.
  const gaussian = (): number =>
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: people }, (_, person) => {
    const spread = 0.25 + 0.5 * random();
    const centre = DEVIATIONS.map((deviation) => deviation * gaussian());
    return Array.from({ length: each }, (): Compared => {
      const values = centre.map((value, i) => value + spread * (DEVIATIONS[i] ?? 0) * gaussian());
      const length = Math.hypot(...values);
      const embedding = Float32Array.from(values, (value) => value / length);
      return { person, embedding, quality: random() };
    });
  }).flat();
}
