import { describe, expect, it } from 'vitest';
import { decodePart } from '../../../../services/ingest/messages/extracted-part.js';
import { encodeExtracted, joinParts } from '../../../../services/ingest/messages/extracted.js';
import { clipTracks, trackFace } from '../../../contract/store-rows.js';
import { sourceMessage } from './a-message.js';
import { contentsOf, longTrack, result, withTracks } from './extracted-results.js';

const KIB = 1024;

describe('what the first stage came to', () => {
  it('comes back exactly', () => {
    expect(joinParts(contentsOf(result()))).toEqual(result());
  });

  it('comes back exactly without tracks, and with 3000 faces', () => {
    for (const tracks of [[], [longTrack(0, 3000, 512), longTrack(5, 1, 512)]])
      expect(joinParts(contentsOf(withTracks({ tracks })))).toEqual(withTracks({ tracks }));
  });

  it('comes back exactly as an error', () => {
    const outcome = { kind: 'error', code: 'CLIP_UNREADABLE', text: 'no vidéo' } as const;
    expect(joinParts(contentsOf(result({ outcome })))).toEqual(result({ outcome }));
  });

  it.each([
    { timestampMs: -1, key: null, value: null, headers: [] },
    { timestampMs: 0, key: Buffer.alloc(0), value: Buffer.alloc(0) },
    { timestampMs: 1234.5, value: Buffer.from([0xff, 0, 0xfe]) },
    { timestampMs: Number.MIN_SAFE_INTEGER, offset: Number.MAX_SAFE_INTEGER },
    { timestampMs: Number.MAX_SAFE_INTEGER, partition: 2 ** 31 - 1 },
  ])('has its message byte for byte: %j', (change) => {
    const source = sourceMessage(change);
    expect(joinParts(contentsOf(result({ source })))).toEqual(result({ source }));
  });

  it('is sent whatever time a producer wrote', () => {
    for (const timestampMs of [9.2e18, -9.2e18]) {
      const source = sourceMessage({ timestampMs });
      const back = joinParts(contentsOf(result({ source })));
      expect(Math.abs(back.source.timestampMs)).toBe(Number.MAX_SAFE_INTEGER);
    }
  });

  it('says NORMAL and no more where little was asked', () => {
    const { galleryId, clipId, uri } = result().submit;
    const submit = { galleryId, clipId, uri, sampling: { framesPerSecond: 8 } };
    const origin = result().submit.origin;
    expect(joinParts(contentsOf(result({ submit }))).submit).toEqual({
      ...{ ...submit, priority: 'NORMAL', origin },
    });
  });
});

describe('the parts', () => {
  const tracks = [longTrack(0, 20_000, 4)];
  const parts = encodeExtracted(withTracks({ tracks }));

  it('are numbered, of one submission, and none above 512 KiB', () => {
    const decoded = parts.map(decodePart);
    expect(parts.length).toBeGreaterThan(2);
    expect(decoded.map(({ part }) => part)).toEqual(parts.map((_, i) => i));
    for (const { submissionId, parts: count } of decoded)
      expect([submissionId, count]).toEqual(['clipid.clips/3/42', parts.length]);
    for (const bytes of parts) expect(bytes.length).toBeLessThanOrEqual(512 * KIB);
  });

  it('give the whole again', () => {
    const contents = parts.map((bytes) => decodePart(bytes).content);
    expect(joinParts(contents)).toEqual(withTracks({ tracks }));
  });

  it('are none above 64 MiB: the error says what to do', () => {
    const face = trackFace();
    const faces = Array.from({ length: 1_000_000 }, () => face);
    const [track] = clipTracks().tracks;
    const clip = withTracks({ tracks: track === undefined ? [] : [{ ...track, faces }] });
    expect(() => encodeExtracted(clip)).toThrow(
      /have \d+ bytes; at most 67108864 are allowed: look at fewer frames per second/,
    );
  });
});
