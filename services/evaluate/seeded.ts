/** Random numbers that depend on the seed alone (Lehmer generator), so that figures can be repeated. */
export function seeded(seed: number): () => number {
  let state = ((seed + 1) * 48271) % 2147483647;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** The items in random order (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
