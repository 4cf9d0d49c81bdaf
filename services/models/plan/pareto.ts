/** What of an item shall be small and what shall be large. */
export interface Objectives {
  readonly costs: readonly number[];
  readonly gains: readonly number[];
}

/**
 * The items that no other dominates: one that is at least as good in everything and better in
 * something. Of items that are equal in everything all are kept. In the order given.
 */
export function paretoFront<T>(items: readonly T[], objectivesOf: (item: T) => Objectives): T[] {
  const scored = items.map((item) => ({ item, marks: marksOf(objectivesOf(item)) }));
  return scored
    .filter(({ marks }) => !scored.some((other) => dominates(other.marks, marks)))
    .map(({ item }) => item);
}

/** All of them to be large. */
function marksOf({ costs, gains }: Objectives): number[] {
  return [...costs.map((cost) => -cost), ...gains];
}

function dominates(one: readonly number[], other: readonly number[]): boolean {
  let better = false;
  for (let i = 0; i < one.length; i++) {
    const gap = (one[i] ?? 0) - (other[i] ?? 0);
    if (gap < 0) return false;
    if (gap > 0) better = true;
  }
  return better;
}
