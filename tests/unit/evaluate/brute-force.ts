import { FPRS } from '../../../services/evaluate/metrics/operating-points.js';
import type { Labelled } from '../../../services/evaluate/scoring/vector-set.js';

/** Every pair's score, ascending: what the product must not keep and the judge may. */
export interface AllScores {
  readonly genuine: Float64Array;
  readonly impostor: Float64Array;
}

/** Sums in double precision, rounded once; exact where the test's vectors are. */
export function allScores(items: readonly Labelled[]): AllScores {
  const scores: Record<keyof AllScores, number[]> = { genuine: [], impostor: [] };
  items.forEach((a, i) => {
    for (const b of items.slice(i + 1)) {
      const dot = a.embedding.reduce((sum, value, k) => sum + value * (b.embedding[k] ?? 0), 0);
      scores[a.person === b.person ? 'genuine' : 'impostor'].push(Math.fround(dot));
    }
  });
  const sorted = (list: number[]): Float64Array => Float64Array.from(list).sort();
  return { genuine: sorted(scores.genuine), impostor: sorted(scores.impostor) };
}

export function countAtLeast(ascending: Float64Array, threshold: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) >= threshold) high = middle;
    else low = middle + 1;
  }
  return ascending.length - low;
}

/** The best rate at any threshold that lets no larger share of impostors through. */
export function bestTpr({ genuine, impostor }: AllScores, fpr: number): number {
  const thresholds = [...new Set([...genuine, ...impostor]), 2];
  const fits = thresholds.filter((t) => countAtLeast(impostor, t) <= fpr * impostor.length);
  const most = fits.reduce((best, t) => Math.max(best, countAtLeast(genuine, t)), 0);
  return most / genuine.length;
}

/** The rates that so few scores can tell of. */
export function fprsOf({ impostor }: AllScores): number[] {
  return FPRS.filter((fpr) => Math.round(fpr * impostor.length * 1e6) >= 1e6);
}

export function equalErrorOf({ genuine, impostor }: AllScores): number {
  const thresholds = [...new Set([...genuine, ...impostor]), 2].sort((a, b) => a - b);
  const sides = thresholds.map((t) => ({
    missed: 1 - countAtLeast(genuine, t) / genuine.length,
    matched: countAtLeast(impostor, t) / impostor.length,
  }));
  const distance = (side: (typeof sides)[number]): number => Math.abs(side.missed - side.matched);
  const nearest = sides.reduce((best, side) => (distance(side) < distance(best) ? side : best));
  return (nearest.missed + nearest.matched) / 2;
}
