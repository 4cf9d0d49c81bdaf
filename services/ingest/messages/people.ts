import type { AppearanceRow } from '../../gallery/port.js';
import { Decision } from '../../gen/clipid/v1/common.js';
import type { PersonInClip } from '../../gen/clipid/v1/events.js';
import { toSegment } from '../../wire/appearance.js';

type Span = Pick<AppearanceRow, 'startMs' | 'endMs'>;

/** Whom a track was decided for; null where it is of nobody who is known. */
export function personOf({ decision, identityId }: AppearanceRow): string | null {
  return decision === 'UNKNOWN' ? null : identityId;
}

/** Everybody who was decided for, in order of id: one entry for all tracks of a person. */
export function peopleOf(appearances: readonly AppearanceRow[]): PersonInClip[] {
  const tracks = new Map<string, AppearanceRow[]>();
  for (const row of appearances) {
    const person = personOf(row);
    if (person !== null) tracks.set(person, [...(tracks.get(person) ?? []), row]);
  }
  return [...tracks]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([identityId, rows]) => toPerson(identityId, rows));
}

function toPerson(identityId: string, rows: readonly AppearanceRow[]): PersonInClip {
  const isMatched = rows.some((row) => row.decision === 'MATCHED');
  return {
    identityId,
    decision: isMatched ? Decision.DECISION_MATCHED : Decision.DECISION_UNCERTAIN,
    similarity: rows.reduce((most, row) => Math.max(most, row.similarity ?? -1), -1),
    segments: merged(rows).map(({ startMs, endMs }) => toSegment(startMs, endMs)),
  };
}

/** In order of time; those that overlap, or meet in a frame, as one. */
function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    const last = result.at(-1);
    if (last === undefined || span.startMs > last.endMs) result.push(span);
    else result.splice(-1, 1, { ...last, endMs: Math.max(last.endMs, span.endMs) });
  }
  return result;
}
