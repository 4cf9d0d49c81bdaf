import type { PolyFaceShape } from '../polyface/shape.js';
import type { Frame } from './frames.js';
import { type PolyFaceCost, type PolyFaceParts, costOf, polyFaceParts } from './polyface-cost.js';
import { type Blocks, MOST_BLOCKS, rangeOfB, rangeOfC } from './proportion.js';

/** A network that fits a budget. */
export interface Candidate {
  readonly shape: PolyFaceShape;
  readonly cost: PolyFaceCost;
}

/**
 * The maximal depths of one input side and width: those of sensible proportion under the budget to
 * which no blocks can be added so that it still is both. Ordered by A, then B.
 */
export function maximalCandidates(frame: Frame, budgetFlops: number): Candidate[] {
  const parts = polyFaceParts(frame);
  const fitting = deepestOfEach(parts, budgetFlops);
  return fitting
    .filter((blocks) => !fitting.some((other) => other !== blocks && contains(other, blocks)))
    .map((blocks) => ({ shape: { ...frame, blocks }, cost: costOf(parts, blocks) }));
}

/** For every A and B of sensible proportion the most C blocks that fit. */
function deepestOfEach(parts: PolyFaceParts, budgetFlops: number): Blocks[] {
  const found: Blocks[] = [];
  for (let a = 1; a <= MOST_BLOCKS.a; a++) {
    const ofB = rangeOfB(a);
    const ofC = rangeOfC(a);
    for (let b = ofB.least; b <= ofB.most; b++) {
      const left = budgetFlops - costOf(parts, { a, b, c: 0 }).flops;
      const c = Math.min(ofC.most, Math.floor(left / parts.c.flops));
      if (c >= ofC.least) found.push({ a, b, c });
    }
  }
  return found;
}

function contains(larger: Blocks, smaller: Blocks): boolean {
  return larger.a >= smaller.a && larger.b >= smaller.b && larger.c >= smaller.c;
}
