import type { RowProducts } from '../../vision/runtime/row-products.js';
import { BLOCK, type VectorSet } from '../scoring/vector-set.js';
import type { Roles } from './roles.js';

/** What one split's searches gave. */
export interface Searches {
  /** [mated] the mate's similarity and rank from 1. */
  readonly mateScores: Float32Array;
  readonly ranks: Uint32Array;
  /** [strangers] the best similarity in the gallery, descending. */
  readonly strangerScores: Float32Array;
}

/** Searches for everybody in the gallery, block by block. Throws CANCELLED, MODEL_FAILED. */
export async function search(
  set: VectorSet,
  { gallery, mated, strangers }: Roles,
  products: RowProducts,
  signal: AbortSignal,
): Promise<Searches> {
  const mateScores = new Float32Array(mated.length);
  const ranks = new Uint32Array(mated.length);
  const against = { set, gallery, products, signal };
  const rows = mated.map(({ row }) => row);
  await eachRow(against, rows, (i, scores) => {
    const mate = scores[mated[i]?.mate ?? 0] ?? 0;
    mateScores[i] = mate;
    // The mate itself is one of those at or above its score.
    ranks[i] = scores.reduce((rank, score) => (score >= mate ? rank + 1 : rank), 0);
  });
  const strangerScores = new Float32Array(strangers.length);
  await eachRow(against, strangers, (i, scores) => {
    strangerScores[i] = scores.reduce((most, score) => Math.max(most, score), -1);
  });
  return { mateScores, ranks, strangerScores: strangerScores.sort().reverse() };
}

interface Against {
  readonly set: VectorSet;
  readonly gallery: readonly number[];
  readonly products: RowProducts;
  readonly signal: AbortSignal;
}

/** Hands over each row's similarities with the gallery, [gallery]. */
async function eachRow(
  { set, gallery, products, signal }: Against,
  rows: readonly number[],
  use: (i: number, scores: Float32Array) => void,
): Promise<void> {
  const people = gallery.length;
  const columns = { values: rowsOf(set, gallery), count: people };
  for (let first = 0; first < rows.length; first += BLOCK) {
    signal.throwIfAborted();
    const turn = rows.slice(first, first + BLOCK);
    const values = rowsOf(set, turn);
    const scores = await products.products({ values, count: turn.length }, columns);
    turn.forEach((_, i) => use(first + i, scores.subarray(i * people, (i + 1) * people)));
  }
}

/** [rows, dimension]. */
function rowsOf({ values, dimension }: VectorSet, rows: readonly number[]): Float32Array {
  const out = new Float32Array(rows.length * dimension);
  rows.forEach((row, i) =>
    out.set(values.subarray(row * dimension, (row + 1) * dimension), i * dimension),
  );
  return out;
}

/** Share of searches that bring the mate at this rank or before. */
export function foundBy({ ranks }: Searches, rank: number): number {
  return ranks.filter((one) => one <= rank).length / ranks.length;
}

/** Null where not even one stranger may be taken for somebody. */
export function fnirAt({ mateScores, ranks, strangerScores }: Searches, fpir: number) {
  const allowed = Math.floor(fpir * strangerScores.length * (1 + 1e-12));
  if (allowed < 1) return null;
  const limit = strangerScores[allowed] ?? -1;
  const found = ranks.filter((rank, i) => rank === 1 && (mateScores[i] ?? -1) > limit).length;
  return 1 - found / ranks.length;
}
