import { describe, expect, it } from 'vitest';
import { ClipidError } from '../../../../services/core/errors.js';
import type { Track } from '../../../../services/core/types.js';
import { seeded } from '../../../../services/evaluate/seeded.js';
import { ExtractedPart } from '../../../../services/gen/clipid/v1/tracks.js';
import { decodePart } from '../../../../services/ingest/messages/extracted-part.js';
import { joinParts, type ExtractedResult } from '../../../../services/ingest/messages/extracted.js';
import { clipTracks, trackFace, unitVector } from '../../../contract/store-rows.js';
import { contentsOf, result, withTracks } from './extracted-results.js';
import { mutated, randomBytes } from './mutate.js';

const TRIES = 3000;
const [good] = clipTracks().tracks as [Track];

/** The message of the MESSAGE_INVALID that is thrown; null where nothing is. */
function refusal(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (thrown) {
    if (thrown instanceof ClipidError && thrown.code === 'MESSAGE_INVALID') return thrown.message;
    throw thrown;
  }
}

const refusalOf = (clip: ExtractedResult) => refusal(() => joinParts(contentsOf(clip)));
const withTrack = (change: Partial<Track>) => withTracks({ tracks: [{ ...good, ...change }] });
const withFace = (change: Parameters<typeof trackFace>[0]) =>
  withTrack({ faces: [trackFace(change)] });
const part = (change: Partial<ExtractedPart>) =>
  ExtractedPart.encode(
    ExtractedPart.fromPartial({ submissionId: 's', part: 0, parts: 1, ...change }),
  ).finish();

describe('tracks that cannot be', () => {
  const box = { x: 0, y: 0, width: Number.NaN, height: 0 };
  it.each<[string, ExtractedResult]>([
    ['is not of length 1', withTrack({ template: Float32Array.of(1, 0.1, 0, 0) })],
    ['is not of length 1', withTrack({ template: Float32Array.of(Number.NaN, 0) })],
    ['is not of length 1', withTrack({ template: Float32Array.of(Infinity, 0) })],
    ['is not of length 1', withTrack({ template: new Float32Array(0) })],
    [
      'has not 8 dimensions',
      withTracks({ tracks: [good, { ...good, trackIndex: 1, template: unitVector(1, 4) }] }),
    ],
    ['is 0 after 0', withTracks({ tracks: [good, good] })],
    ['is -1 after -1', withTrack({ trackIndex: -1 })],
    ['has no faces', withTrack({ faces: [] })],
    ['does not end after its start', withTrack({ startMs: 2, endMs: 1 })],
    ['does not end after its start', withTrack({ endMs: Number.NaN })],
    ['is not in finite numbers', withFace({ weight: Infinity })],
    ['is not in finite numbers', withFace({ quality: Number.NaN })],
    ['is not in finite numbers', withFace({ box })],
    ['is negative', withFace({ weight: -0.1 })],
    ['bundle_id is missing', withTracks({ bundleId: '' })],
    ['a size below 0 or without end', withTracks({ durationMs: Infinity })],
    ['a size below 0 or without end', withTracks({ frameCount: -1 })],
    ['attempts is 0', result({ attempts: 0 })],
    ['uri is required', result({ submit: { ...result().submit, uri: '' } })],
    ['clip.clip_id is missing', result({ submit: { ...result().submit, clipId: '' } })],
  ])('are refused: %s', (message, clip) => {
    expect(refusalOf(clip)).toContain(message);
  });

  it('are refused where half of them is not there', () => {
    expect(refusal(() => joinParts([]))).toBe('source is missing.');
    const [content = new Uint8Array(0)] = contentsOf(result());
    expect(refusal(() => joinParts([content.subarray(0, content.length / 2)]))).toContain(
      'not an ExtractedClip',
    );
  });
});

describe('a part that cannot be', () => {
  it.each([
    part({ submissionId: '' }),
    part({ submissionId: 'x'.repeat(513) }),
    part({ part: 1 }),
    part({ part: -1 }),
    part({ parts: 0 }),
    part({ parts: 1000 }),
  ])('is refused by its numbers and its name', (bytes) => {
    expect(refusal(() => decodePart(bytes))).toContain('counting from 0');
  });

  it('is refused by its size', () => {
    expect(refusal(() => decodePart(new Uint8Array(512 * 1024 + 1)))).toContain('at most 524288');
    const half = new Uint8Array(33 * 1024 * 1024);
    expect(refusal(() => joinParts([half, half]))).toContain('at most 67108864');
  });
});

describe('bytes of anybody', () => {
  it('are a result, a part or MESSAGE_INVALID', () => {
    const random = seeded(3);
    const [content = new Uint8Array(0)] = contentsOf(result());
    const bytes = part({ content: Buffer.from('content') });
    let readable = 0;
    for (let i = 0; i < TRIES; i++) {
      if (refusal(() => joinParts([mutated(content, random)])) === null) readable++;
      refusal(() => decodePart(mutated(bytes, random)));
      refusal(() => joinParts([randomBytes(200, random)]));
    }
    expect(readable).toBeGreaterThan(TRIES / 100);
    expect(readable).toBeLessThan(TRIES);
  });

  it.each([
    ['tracks', 0x32, 0x42],
    ['headers', 0x0a, 0x3a],
  ])('cannot fill the memory with a thousand times their size: empty %s', (_, outer, inner) => {
    const empty = Buffer.alloc(4 * 1024 * 1024, Buffer.from([inner, 0]));
    const content = Buffer.concat([Buffer.from([outer, 0x80, 0x80, 0x80, 0x02]), empty]);
    expect(refusal(() => joinParts([content]))).toContain('too many fields for its size');
  });
});
