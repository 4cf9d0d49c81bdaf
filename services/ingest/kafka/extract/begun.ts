/** How often the work on a message was begun that never came to an end; by offset. */
export type Begun = ReadonlyMap<number, number>;

/** The broker takes 4096 bytes of metadata with an offset; this leaves room in any case. */
const MAX_ENTRIES = 100;
const MAX_CHARACTERS = 4096;
/** Far beyond what any clip is given. */
const MAX_STARTS = 1_000_000;

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
  if (metadata === null || metadata.length > MAX_CHARACTERS) return new Map();
  try {
    const parsed: unknown = JSON.parse(metadata);
    if (typeof parsed !== 'object' || parsed === null || !('begun' in parsed)) return new Map();
    const entries = Object.entries(parsed.begun as object).map(
      ([offset, starts]) => [Number(offset), Number(starts)] as const,
    );
    return new Map(
      entries.filter(
        ([offset, starts]) =>
          isWithin(offset, 0, Number.MAX_SAFE_INTEGER) && isWithin(starts, 1, MAX_STARTS),
      ),
    );
  } catch {
    return new Map();
  }
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
