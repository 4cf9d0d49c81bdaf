import type { ClipTracks, Track } from '../../../../services/core/types.js';
import { seeded } from '../../../../services/evaluate/seeded.js';
import { decodePart } from '../../../../services/ingest/messages/extracted-part.js';
import {
  encodeExtracted,
  type ExtractedResult,
} from '../../../../services/ingest/messages/extracted.js';
import { originOf } from '../../../../services/ingest/messages/origin.js';
import { fromDuration } from '../../../../services/wire/time.js';
import { clipTracks, trackFace, unitVector } from '../../../contract/store-rows.js';
import { header, PARENT, sourceMessage } from './a-message.js';

const source = sourceMessage({
  key: Buffer.from('c'),
  value: Buffer.from('as it came'),
  headers: [header('traceparent', PARENT), header('x', ''), header('x', 'again')],
});

/** 1.500000001 s as they come from a caller. */
const OF_A_DURATION_MS = fromDuration({ seconds: 1, nanos: 500_000_001 }, '');

/** A result with every field set; a test names only what it is about. */
export function result(change: Partial<ExtractedResult> = {}): ExtractedResult {
  return {
    submit: {
      ...{ galleryId: 'g', clipId: 'c', uri: 'file:///c.mp4', enrolAs: 'ada', priority: 'HIGH' },
      metadata: { a: [1, null, { b: 'c' }] },
      sampling: { framesPerSecond: 1 / 3, startMs: OF_A_DURATION_MS, endMs: 86_400_000.5 },
      notAfterMs: 1_800_000_000_000.5,
      origin: originOf(change.source ?? source),
    },
    ...{ source, begunMs: 1_790_000_000_123, endedMs: 1_790_000_004_567.25, attempts: 2 },
    outcome: { kind: 'tracks', tracks: clipTracks() },
    ...change,
  };
}

export function withTracks(change: Partial<ClipTracks>): ExtractedResult {
  return result({ outcome: { kind: 'tracks', tracks: clipTracks(change) } });
}

/** A track of many faces whose numbers use every bit of a double. */
export function longTrack(trackIndex: number, faceCount: number, dimension: number): Track {
  const random = seeded(trackIndex);
  const faces = Array.from({ length: faceCount }, (_, i) =>
    trackFace({
      ...{ timestampMs: (i * 1000) / 7, quality: random() * 40 - 20, weight: random() },
      box: { x: random(), y: random(), width: random(), height: random() },
    }),
  );
  const template = unitVector(trackIndex, dimension);
  return { trackIndex, startMs: 1000 / 3, endMs: 1e7 / 3, faces, template };
}

export function contentsOf(clip: ExtractedResult): Uint8Array[] {
  return encodeExtracted(clip).map((bytes) => decodePart(bytes).content);
}
