import { POLYFACE_SOLUTIONS, type PolyFaceShape } from '../polyface/shape.js';

export type Blocks = PolyFaceShape['blocks'];

/**
 * What a sensible PolyFace is, seen from the paper's two (23, 38, 23 and 20, 30, 20): between 1.2 and
 * 2 B blocks and between 0.8 and 1.25 C blocks for every A block, and at most twice as deep as the
 * deeper one. Nobody has shown that others train badly; these are where something was shown at all.
 */
export const PROPORTION = { bPerA: [1.2, 2], cPerA: [0.8, 1.25] } as const;
export const MOST_BLOCKS: Blocks = { a: 46, b: 76, c: 46 };

/** Whole counts from least to most for one A count. */
export interface BlockRange {
  readonly least: number;
  readonly most: number;
}

export function rangeOfB(a: number): BlockRange {
  return rangeOf(a, PROPORTION.bPerA, MOST_BLOCKS.b);
}

export function rangeOfC(a: number): BlockRange {
  return rangeOf(a, PROPORTION.cPerA, MOST_BLOCKS.c);
}

/** 0 for the proportions of either solution of the paper; grows with the ratios' distance from them. */
export function distanceFromPaper({ a, b, c }: Blocks): number {
  const distances = Object.values(POLYFACE_SOLUTIONS).map(({ blocks }) =>
    Math.hypot(
      Math.log((b * blocks.a) / (a * blocks.b)),
      Math.log((c * blocks.a) / (a * blocks.c)),
    ),
  );
  return Math.min(...distances);
}

function rangeOf(a: number, [least, most]: readonly [number, number], limit: number): BlockRange {
  return { least: Math.ceil(a * least), most: Math.min(limit, Math.floor(a * most)) };
}
