import type { PairSample, WeightedPairs } from './pair-sample.js';

/** A pair by the places of its sides in the list that the set was made from. */
export interface HardPair {
  readonly similarity: number;
  readonly a: number;
  readonly b: number;
}

export interface HardPairs {
  /** One person, least alike. */
  readonly missed: readonly HardPair[];
  /** Two people, most alike. */
  readonly mistaken: readonly HardPair[];
  /** One person, most alike (of the pairs that were kept). */
  readonly surest: readonly HardPair[];
}

const PAIRS = 8;

/** The pairs that a person should look at first; of one face (or set) at most one pair. */
export function hardPairs({ set, genuine, impostor }: PairSample): HardPairs {
  const down = (length: number): number[] => Array.from({ length }, (_, i) => i);
  const pick = (pairs: WeightedPairs, order: readonly number[]): HardPair[] => {
    const used = new Set<number>();
    const picked: HardPair[] = [];
    for (const at of order) {
      const [a, b] = [set.order[pairs.rows[at] ?? 0] ?? 0, set.order[pairs.columns[at] ?? 0] ?? 0];
      if (picked.length === PAIRS) break;
      if (used.has(a) || used.has(b)) continue;
      used.add(a).add(b);
      picked.push({ similarity: pairs.scores[at] ?? 0, a, b });
    }
    return picked;
  };
  const own = down(genuine.scores.length);
  return {
    missed: pick(genuine, own.toReversed()),
    mistaken: pick(impostor, down(impostor.scores.length)),
    surest: pick(genuine, own),
  };
}
