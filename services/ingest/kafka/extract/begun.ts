/** How often the work on a message was begun that never came to an end; by offset. */
export type Begun = ReadonlyMap<number, number>;

/** The broker takes 4096 bytes of metadata with an offset; this leaves room in any case. */
const MAX_ENTRIES = 100;

/**
 * Stateless processes keep these counts beside the committed offset, as its metadata: a clip that
 * takes its process down with it is known as such by the next process, and given up one day.
 * `{"v":1,"begun":{"1234":2}}`
 */
export function encodeBegun(begun: Begun): string {
  const kept = [...begun].sort(([a], [b]) => a - b).slice(0, MAX_ENTRIES);
  return kept.length === 0 ? '' : JSON.stringify({ v: 1, begun: Object.fromEntries(kept) });
}

/** Metadata that others wrote count for nothing. */
export function decodeBegun(metadata: string | null): Map<number, number> {
  try {
    const parsed: unknown = JSON.parse(metadata ?? '');
    if (typeof parsed !== 'object' || parsed === null || !('begun' in parsed)) return new Map();
    const entries = Object.entries(parsed.begun as object).map(
      ([offset, starts]) => [Number(offset), Number(starts)] as const,
    );
    return new Map(
      entries.filter(([offset, starts]) => Number.isSafeInteger(offset) && starts > 0),
    );
  } catch {
    return new Map();
  }
}
