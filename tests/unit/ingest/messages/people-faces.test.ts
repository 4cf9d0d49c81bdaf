import { describe, expect, it } from 'vitest';
import type { AppearanceRow } from '../../../../services/gallery/port.js';
import { peopleOf } from '../../../../services/ingest/messages/people.js';
import { thinFaces } from '../../../../services/ingest/messages/thin-faces.js';
import { appearanceRow, trackFace } from '../../../contract/store-rows.js';

/** A face a frame, ten frames a second; the one at `best` is the best. */
const faces = (count: number, best = 0) =>
  Array.from({ length: count }, (_, i) =>
    trackFace({ timestampMs: i * 100, quality: i === best ? 2 : 1 }),
  );

function seen(
  identityId: string,
  startMs: number,
  endMs: number,
  more: Partial<AppearanceRow> = {},
) {
  return appearanceRow({
    identityId,
    startMs,
    endMs,
    decision: 'MATCHED',
    similarity: 0.5,
    ...more,
  });
}

describe('the faces of a long track', () => {
  it('are all there up to 64', () => {
    for (const count of [1, 63, 64]) expect(thinFaces(faces(count))).toEqual(faces(count));
  });

  it.each([65, 66, 127, 128, 3000])(
    'are at most 64 of %d: even in time, first and last',
    (count) => {
      const times = thinFaces(faces(count)).map((face) => face.timestampMs);
      expect(times.length).toBeGreaterThanOrEqual(63);
      expect(times.length).toBeLessThanOrEqual(64);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect([times[0], times.at(-1)]).toEqual([0, (count - 1) * 100]);
      const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.ceil((count - 1) / 62) * 100);
    },
  );

  it('have the best one among them, wherever it is', () => {
    for (const best of [0, 1, 17, 150, 298, 299])
      expect(thinFaces(faces(300, best)).map((face) => face.quality)).toContain(2);
  });
});

describe('the people of a clip', () => {
  it('are in order of id, each once, and nobody who is unknown', () => {
    const rows = [seen('bob', 0, 1), appearanceRow(), seen('ada', 2, 3), seen('bob', 4, 5)];
    expect(peopleOf(rows).map((person) => person.identityId)).toEqual(['ada', 'bob']);
    expect(peopleOf([appearanceRow({ identityId: 'ada' })])).toEqual([]);
  });

  it('have the surest decision and the greatest similarity of their tracks', () => {
    const unsure = { decision: 'UNCERTAIN', similarity: 0.3 } as const;
    const rows = [seen('ada', 0, 1, unsure), seen('ada', 2, 3), seen('bob', 0, 1, unsure)];
    expect(peopleOf(rows)).toMatchObject([
      { identityId: 'ada', decision: 'DECISION_MATCHED', similarity: 0.5 },
      { identityId: 'bob', decision: 'DECISION_UNCERTAIN', similarity: 0.3 },
    ]);
  });

  it('were seen in segments that do not overlap', () => {
    const spans = [
      [5000, 6000],
      [0, 2000],
      [500, 1000],
      [2000, 3000],
      [3001, 4000],
    ] as const;
    const rows = spans.map(([start, end]) => seen('ada', start, end));
    const segments = peopleOf(rows)[0]?.segments.map(({ start, end }) => [start, end]);
    const at = (seconds: number, nanos = 0) => ({ seconds, nanos });
    expect(segments).toEqual([
      [at(0), at(3)],
      [at(3, 1e6), at(4)],
      [at(5), at(6)],
    ]);
  });
});
