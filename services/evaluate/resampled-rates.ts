import { similarity } from '../core/vectors.js';
import type { Labelled } from './operating-points.js';

/** A rate with the interval that holds 95 % of its resamples. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The similarity of every two of `faces`, [n * n]. */
export function similarities(faces: readonly Labelled[]): Float32Array {
  const n = faces.length;
  const table = new Float32Array(n * n);
  faces.forEach((a, i) => {
    for (let j = i + 1; j < n; j++) {
      const b = faces[j];
      if (b !== undefined)
        table[i * n + j] = table[j * n + i] = similarity(a.embedding, b.embedding);
    }
  });
  return table;
}

/**
 * The share of genuine pairs above the similarity that `fpr` of the impostor pairs reach, over the pairs of
 * `chosen`, in which one may stand several times; it is not compared with itself.
 */
export function rateOf(
  table: Float32Array,
  people: readonly string[],
  chosen: readonly number[],
  fpr: number,
): number {
  const genuine: number[] = [];
  const impostor: number[] = [];
  chosen.forEach((a, i) => {
    for (let j = i + 1; j < chosen.length; j++) {
      const b = chosen[j] ?? a;
      if (a === b) continue;
      const score = table[a * people.length + b] ?? 0;
      (people[a] === people[b] ? genuine : impostor).push(score);
    }
  });
  const sorted = Float64Array.from(impostor).sort();
  const threshold = sorted[sorted.length - Math.max(1, Math.floor(fpr * sorted.length))] ?? 1;
  return genuine.filter((score) => score > threshold).length / genuine.length;
}

/** `count` times n of 0 .. n - 1, drawn with putting back. */
export function resamples(n: number, count: number, random: () => number): number[][] {
  const draw = () => Array.from({ length: n }, () => Math.floor(n * random()));
  return Array.from({ length: count }, draw);
}

/** The middle 95 % of `values` around `value`. */
export function intervalOf(value: number, values: readonly number[]): Interval {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? value;
  return { value, low: at(0.025), high: at(0.975) };
}
