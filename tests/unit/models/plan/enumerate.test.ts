import { describe, expect, it } from 'vitest';
import { maximalCandidates } from '../../../../services/models/plan/enumerate.js';
import { paretoFront } from '../../../../services/models/plan/pareto.js';
import { costOf, polyFaceParts } from '../../../../services/models/plan/polyface-cost.js';
import { type Blocks, distanceFromPaper } from '../../../../services/models/plan/proportion.js';

const FRAME = { inputPx: 139, width: 0.25, dimension: 64 };
const key = ({ a, b, c }: Blocks) => `${a}-${b}-${c}`;

/** Every sensible depth up to twice the paper's that fits, by looking at all of them. */
function allFitting(budgetFlops: number): Blocks[] {
  const parts = polyFaceParts(FRAME);
  const found: Blocks[] = [];
  for (let a = 1; a <= 46; a++) {
    for (let b = 1; b <= 76; b++) {
      for (let c = 1; c <= 46; c++) {
        const sensible = b >= 1.2 * a && b <= 2 * a && c >= 0.8 * a && c <= 1.25 * a;
        if (sensible && costOf(parts, { a, b, c }).flops <= budgetFlops) found.push({ a, b, c });
      }
    }
  }
  return found;
}

describe('maximalCandidates', () => {
  it.each([0.11e9, 0.13e9, 0.2e9, 0.35e9])('of %d FLOPs are what brute force finds', (budget) => {
    const fitting = allFitting(budget);
    const wanted = paretoFront(fitting, ({ a, b, c }) => ({ costs: [], gains: [a, b, c] }));
    const found = maximalCandidates(FRAME, budget);
    expect(found.map(({ shape }) => key(shape.blocks)).sort()).toEqual(wanted.map(key).sort());
    for (const { shape, cost } of found) {
      expect(cost).toEqual(costOf(polyFaceParts(FRAME), shape.blocks));
      expect(cost.flops).toBeLessThanOrEqual(budget);
    }
  });

  it('has some to compare in those budgets, and none below the smallest network', () => {
    expect(maximalCandidates(FRAME, 0.35e9).length).toBeGreaterThan(5);
    const { flops } = costOf(polyFaceParts(FRAME), { a: 1, b: 2, c: 1 });
    expect(maximalCandidates(FRAME, flops).map(({ shape }) => key(shape.blocks))).toEqual([
      '1-2-1',
    ]);
    expect(maximalCandidates(FRAME, flops - 1)).toEqual([]);
  });
});

describe('paretoFront', () => {
  const front = (items: number[][]) =>
    paretoFront(items, ([cost = 0, ...gains]) => ({ costs: [cost], gains }));

  it('keeps what nothing dominates, and equals', () => {
    expect(
      front([
        [1, 1],
        [2, 2],
        [2, 1],
        [3, 2],
        [1, 1],
      ]),
    ).toEqual([
      [1, 1],
      [2, 2],
      [1, 1],
    ]);
  });

  it('looks at every gain', () => {
    expect(
      front([
        [1, 5, 1],
        [1, 1, 5],
        [1, 1, 1],
      ]),
    ).toEqual([
      [1, 5, 1],
      [1, 1, 5],
    ]);
  });
});

describe('distanceFromPaper', () => {
  it("is 0 for the paper's two networks, and grows on both sides of them", () => {
    expect(distanceFromPaper({ a: 23, b: 38, c: 23 })).toBe(0);
    expect(distanceFromPaper({ a: 20, b: 30, c: 20 })).toBe(0);
    const [near, far] = [40, 46].map((b) => distanceFromPaper({ a: 23, b, c: 23 }));
    expect(near).toBeGreaterThan(0);
    expect(far).toBeGreaterThan(near ?? 0);
    expect(distanceFromPaper({ a: 23, b: 38, c: 20 })).toBeGreaterThan(0);
  });
});
