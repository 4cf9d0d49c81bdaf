import { aggregate } from '../../aggregate/template.js';
import { toEmbedding } from '../../core/vectors.js';
import { meanOf } from '../features.js';
import type { ScorePool } from '../scoring/score-pool.js';
import { vectorSet } from '../scoring/vector-set.js';
import { verify } from '../verification.js';
import { apply } from './linear-maps.js';
import { KINDS, type LookedAt, type PersonLooks } from './people.js';
import type { Variant } from './variants.js';

/** The rates that are read off. */
export const FPRS = [1e-3, 1e-4];
/** The bundle's. */
const LIFT = 0.5;

/** People to learn from, and others to measure on. */
export interface Fold {
  readonly training: readonly PersonLooks[];
  readonly test: readonly PersonLooks[];
}

/** From a face to what takes the place of its feature: centred, mapped, as long as before on average. */
function learnt({ feature, learn }: Variant, { training }: Fold): (face: LookedAt) => Float32Array {
  const people = training.map(({ faces }) => faces.map(({ looks }) => feature(looks)));
  const mean = meanOf(people.map(meanOf));
  const centred = (vector: Float32Array) => vector.map((value, k) => value - (mean[k] ?? 0));
  const map = learn?.(people) ?? null;
  const mapped = (vector: Float32Array) => (map === null ? vector : apply(map, vector));
  const all = people.flat().map(centred);
  const lengthOf = (list: readonly Float32Array[]): number =>
    list.reduce((sum, vector) => sum + Math.hypot(...vector), 0);
  const scale = lengthOf(all) / lengthOf(all.map(mapped));
  return ({ looks }) => mapped(centred(feature(looks))).map((value) => value * scale);
}

/** TPR by what is compared (faces, then each kind of sets) and rate; NaN where pairs are too few. */
export async function ratesOf(variant: Variant, fold: Fold, pool: ScorePool): Promise<number[]> {
  const feature = learnt(variant, fold);
  const postprocess = { mean: null, lift: LIFT };
  const faces = fold.test.flatMap((one, person) =>
    one.faces.map((face) => ({ person, embedding: toEmbedding(feature(face), postprocess) })),
  );
  const templates = KINDS.map((_, kind) =>
    fold.test.flatMap((one, person) =>
      (one.sets[kind] ?? []).map((set) => {
        const qualities = set.map(({ quality }) => quality);
        const rule = { kind: 'qan', postprocess } as const;
        return { person, embedding: aggregate(set.map(feature), qualities, rule).template };
      }),
    ),
  );
  const options = { signal: new AbortController().signal, seed: 1, qualities: [], draws: 0 };
  const rates: number[] = [];
  for (const items of [faces, ...templates]) {
    const { points } = await verify(pool, vectorSet(items), { ...options, fprs: FPRS });
    rates.push(...FPRS.map((fpr) => points.find((one) => one.fpr === fpr)?.tpr ?? Number.NaN));
  }
  return rates;
}
