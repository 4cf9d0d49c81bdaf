import { describe, expect, it } from 'vitest';
import type { AppearanceRow, OutboxRow } from '../../../../services/gallery/port.js';
import { IdentificationEvent } from '../../../../services/gen/clipid/v1/events.js';
import { identificationEvents } from '../../../../services/ingest/messages/identification-events.js';
import { appearanceRow, clipRow, trackFace } from '../../../contract/store-rows.js';
import { header, PARENT, TRACE_ID } from './a-message.js';

const clip = clipRow({
  ...{ state: 'DONE', bundleId: 'b1', durationMs: 4500, frameCount: 34, traceparent: PARENT },
  ...{ requestedMs: 1000, submittedMs: 2000, begunMs: 3000, extractedMs: 4000, updatedMs: 5000 },
});
const ada = { identityId: 'ada', decision: 'MATCHED', similarity: 0.7 } as const;

const decode = (row: OutboxRow) => IdentificationEvent.decode(row.payload ?? new Uint8Array(0));

function eventsOf(changes: readonly Partial<AppearanceRow>[]) {
  const rows = changes.map((change, trackIndex) => appearanceRow({ trackIndex, ...change }));
  return identificationEvents(clip, rows);
}

describe('what was found in a clip', () => {
  it('is an event a track in order, then one for the clip', () => {
    const rows = eventsOf([{}, ada]);
    const events = rows.map((row) => decode(row).event);
    expect(events.map((event) => event?.$case)).toEqual(['track', 'track', 'clip']);
    expect(events[1]).toMatchObject({
      track: { appearance: { trackIndex: 1, identityId: 'ada', decision: 'DECISION_MATCHED' } },
    });
    expect(new Set(rows.map((row) => row.eventId)).size).toBe(3);
    expect(eventsOf([{}, ada]).map((row) => row.eventId)).toEqual(rows.map((row) => row.eventId));
  });

  it('names its clip, its submission and its trace in each event', () => {
    for (const row of eventsOf([{}])) {
      expect(decode(row)).toMatchObject({
        eventId: row.eventId,
        eventTime: { seconds: 5, nanos: 0 },
        ...{ galleryId: 'g', clipId: 'c', submissionId: 's', uri: 'file:///c.mp4', bundleId: 'b1' },
        metadata: { camera: 'door' },
        traceId: TRACE_ID,
      });
      expect(row).toMatchObject({ topic: 'IDENTIFICATIONS', key: Buffer.from('c') });
      expect(row.headers).toContainEqual(header('traceparent', PARENT));
      expect(row.headers).toContainEqual(header('clipid-event-id', row.eventId));
    }
  });

  it('says of each track what its similarity was worth, where that is known', () => {
    const estimatedFpr = { value: 0.002, low: 0.001, high: 0.004, isFitted: true };
    const estimates = eventsOf([{ ...ada, estimatedFpr }, ada]).map((row) => {
      const { event } = decode(row);
      return event?.$case === 'track' ? event.track.appearance?.estimatedFpr : null;
    });
    const told = { value: 0.002, low: 0.001, high: 0.004, extrapolated: true };
    expect(estimates).toEqual([told, undefined, null]);
  });

  it('sums up in the last event, with times', () => {
    const [last] = eventsOf([{}, ada, { ...ada, startMs: 500, endMs: 2000 }]).slice(-1);
    expect(last && decode(last).event).toEqual({
      $case: 'clip',
      clip: {
        trackCount: 3,
        people: [
          {
            identityId: 'ada',
            decision: 'DECISION_MATCHED',
            similarity: 0.7,
            segments: [{ start: { seconds: 0, nanos: 0 }, end: { seconds: 2, nanos: 0 } }],
          },
        ],
        unknownTracks: 1,
        duration: { seconds: 4, nanos: 5e8 },
        frameCount: 34,
        warnings: ['short'],
        timings: {
          requestTime: { seconds: 1, nanos: 0 },
          acceptTime: { seconds: 2, nanos: 0 },
          beginTime: { seconds: 3, nanos: 0 },
          extractTime: { seconds: 4, nanos: 0 },
          endTime: { seconds: 5, nanos: 0 },
        },
      },
    });
  });

  it('is the clip alone where nobody was seen', () => {
    const [event, ...more] = eventsOf([]).map(decode);
    expect(event?.event).toMatchObject({ clip: { trackCount: 0, people: [], unknownTracks: 0 } });
    expect(more).toEqual([]);
  });

  it('sends few faces of a long track, and counts all', () => {
    const faces = Array.from({ length: 1000 }, (_, i) =>
      trackFace({ timestampMs: i, quality: i === 7 ? 2 : 1 }),
    );
    const [track] = eventsOf([{ faces }]);
    const event = track && decode(track).event;
    const appearance = event?.$case === 'track' ? event.track.appearance : undefined;
    expect(appearance?.frameCount).toBe(1000);
    expect(appearance?.faces).toHaveLength(64);
  });
});
