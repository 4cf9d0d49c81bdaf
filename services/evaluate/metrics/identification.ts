import { RowProducts } from '../../vision/runtime/row-products.js';
import type { VectorSet } from '../scoring/vector-set.js';
import { seeded } from '../seeded.js';
import { drawRoles, type Roles } from './roles.js';
import { fnirAt, foundBy, search, type Searches } from './searches.js';

/** A mean over the splits, with the least and the most of them. */
export interface OverSplits {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/** Open-set identification: is it in the gallery, and who is it? */
export interface Identification {
  readonly splits: number;
  readonly enrolled: number;
  /** Searches for enrolled people and for strangers, in one split. */
  readonly matedSearches: number;
  readonly strangerSearches: number;
  /** Share of searches for enrolled people that find them first; others at the same score go before. */
  readonly rank1: OverSplits;
  /** [ranks]: share found at rank k + 1 or before, mean over the splits. */
  readonly cmc: readonly number[];
  /** The share of strangers that may be taken for somebody. */
  readonly fpir: number;
  /**
   * Share of searches for enrolled people that do not bring them first and at or above the threshold
   * of that rate; null where the strangers are too few for it.
   */
  readonly fnir: OverSplits | null;
  /** Why there is no fnir; empty where there is one. */
  readonly stopsBecause: string;
}

export const FPIR = 0.01;
const MOST_RANKS = 20;

/**
 * Everybody is searched for in a gallery of half of the people, over several seeded splits. Null where
 * nobody can be enrolled. Throws CANCELLED, MODEL_FAILED.
 */
export async function identify(
  set: VectorSet,
  { splits, seed, signal }: { splits: number; seed: number; signal: AbortSignal },
): Promise<Identification | null> {
  const random = seeded(seed);
  const products = await RowProducts.open(set.dimension);
  try {
    const roles: Roles[] = [];
    const all: Searches[] = [];
    for (let split = 0; split < splits; split++) {
      const drawn = drawRoles(set, random);
      if (drawn.gallery.length === 0) return null;
      roles.push(drawn);
      all.push(await search(set, drawn, products, signal));
    }
    return summary(roles, all);
  } finally {
    await products.close();
  }
}

function summary(roles: readonly Roles[], all: readonly Searches[]): Identification {
  const [first] = roles;
  const enrolled = first?.gallery.length ?? 0;
  const ranks = Math.min(MOST_RANKS, enrolled);
  const cmc = Array.from({ length: ranks }, (_, i) =>
    meanOf(all.map((one) => foundBy(one, i + 1))),
  );
  const fnirs = all.map((one) => fnirAt(one, FPIR));
  const hasAll = fnirs.every((fnir) => fnir !== null);
  const fewest = Math.min(...all.map(({ strangerScores }) => strangerScores.length));
  const needed = Math.ceil(1 / FPIR);
  return {
    splits: all.length,
    enrolled,
    matedSearches: first?.mated.length ?? 0,
    strangerSearches: first?.strangers.length ?? 0,
    rank1: overSplits(all.map((one) => foundBy(one, 1))),
    cmc,
    fpir: FPIR,
    fnir: hasAll ? overSplits(fnirs) : null,
    stopsBecause: hasAll
      ? ''
      : `FPIR 1 % needs ${needed} searches for strangers; there are ${fewest}`,
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function overSplits(values: readonly number[]): OverSplits {
  return { mean: meanOf(values), least: Math.min(...values), most: Math.max(...values) };
}
