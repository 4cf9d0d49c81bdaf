import type { AppearanceRow, ClipRow, OutboxRow } from '../../gallery/port.js';
import { IdentificationEvent, type ClipIdentified } from '../../gen/clipid/v1/events.js';
import { toAppearance, toFace } from '../../wire/appearance.js';
import { toStruct } from '../../wire/metadata.js';
import { optionalMs } from '../../wire/submission.js';
import { toTimestamp } from '../../wire/time.js';
import { eventIdOf } from './event-id.js';
import { eventRow } from './event-row.js';
import { peopleOf, personOf } from './people.js';
import { thinFaces } from './thin-faces.js';
import { traceIdOf } from './trace.js';

/** What was found in a clip that is DONE, for topic IDENTIFICATIONS: each track, then the clip. */
export function identificationEvents(
  clip: ClipRow,
  appearances: readonly AppearanceRow[],
): OutboxRow[] {
  return [
    ...appearances.map((row) => trackEvent(clip, row)),
    toRow(clip, eventIdOf('clip-identified', clip), {
      $case: 'clip',
      clip: summary(clip, appearances),
    }),
  ];
}

function trackEvent(clip: ClipRow, row: AppearanceRow): OutboxRow {
  const appearance = { ...toAppearance(row, false), faces: thinFaces(row.faces).map(toFace) };
  const eventId = eventIdOf('track-identified', clip, String(row.trackIndex));
  return toRow(clip, eventId, { $case: 'track', track: { appearance } });
}

function toRow(clip: ClipRow, eventId: string, event: IdentificationEvent['event']): OutboxRow {
  const { galleryId, clipId, submissionId, uri } = clip;
  const payload = IdentificationEvent.encode({
    ...{ eventId, galleryId, clipId, submissionId, uri, event },
    eventTime: toTimestamp(clip.updatedMs),
    metadata: toStruct(clip.metadata),
    bundleId: clip.bundleId ?? '',
    traceId: traceIdOf(clip.traceparent),
  }).finish();
  return eventRow('IDENTIFICATIONS', clip, eventId, payload);
}

function summary(clip: ClipRow, appearances: readonly AppearanceRow[]): ClipIdentified {
  return {
    trackCount: appearances.length,
    people: peopleOf(appearances),
    unknownTracks: appearances.filter((row) => personOf(row) === null).length,
    duration: optionalMs(clip.durationMs),
    frameCount: clip.frameCount ?? 0,
    warnings: [...clip.warnings],
    timings: timings(clip),
  };
}

function timings(clip: ClipRow): ClipIdentified['timings'] {
  return {
    requestTime: toTimestamp(clip.requestedMs),
    acceptTime: toTimestamp(clip.submittedMs),
    beginTime: optionalTime(clip.begunMs),
    extractTime: optionalTime(clip.extractedMs),
    endTime: toTimestamp(clip.updatedMs),
  };
}

function optionalTime(epochMs: number | null): IdentificationEvent['eventTime'] {
  return epochMs === null ? undefined : toTimestamp(epochMs);
}
