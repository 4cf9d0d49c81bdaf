import { similarity } from '../core/vectors.js';

/** One embedding and whose it is. */
export interface Labelled {
  readonly person: string;
  readonly embedding: Float32Array;
}

export interface OperatingPoint {
  /** Share of pairs of different people at or above the threshold. */
  readonly fpr: number;
  /** Share of pairs of one person at or above the threshold. */
  readonly tpr: number;
  readonly threshold: number;
}

/**
 * Scores every pair by cosine and reads the true positive rate off at fixed false positive rates, as
 * the challenge's protocol does. A rate that the impostor pairs are too few for is left out.
 */
export function operatingPoints(
  faces: readonly Labelled[],
  fprs: readonly number[],
): OperatingPoint[] {
  const { genuine, impostor } = pairScores(faces);
  return fprs
    .filter((fpr) => fpr * impostor.length >= 1)
    .map((fpr) => {
      const threshold = impostor[Math.floor(fpr * impostor.length) - 1] ?? 1;
      const above = genuine.filter((score) => score > threshold).length;
      return { fpr, tpr: above / genuine.length, threshold };
    });
}

/** Genuine scores in no order, impostor scores from the largest down. */
function pairScores(faces: readonly Labelled[]): { genuine: Float64Array; impostor: Float64Array } {
  const genuine: number[] = [];
  const impostor: number[] = [];
  faces.forEach((a, i) => {
    for (const b of faces.slice(i + 1)) {
      (a.person === b.person ? genuine : impostor).push(similarity(a.embedding, b.embedding));
    }
  });
  return {
    genuine: Float64Array.from(genuine),
    impostor: Float64Array.from(impostor).sort().reverse(),
  };
}
