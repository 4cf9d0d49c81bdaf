import { describe, expect, it } from 'vitest';
import { ClipidError } from '../../../../services/core/errors.js';
import type { SourceMessage } from '../../../../services/core/source-message.js';
import { seeded } from '../../../../services/evaluate/seeded.js';
import { decodeSubmission } from '../../../../services/ingest/messages/decode-submission.js';
import { mutated, randomBytes } from './mutate.js';
import { inJson, sourceMessage, submitted } from './a-message.js';

const TRIES = 4000;

const full = {
  enrollAs: 'ada',
  metadata: { a: [1, 'b', null, { c: true }], d: { e: 1e300 } },
  sampling: {
    framesPerSecond: 4,
    startOffset: { seconds: 1, nanos: 5 },
    endOffset: { seconds: 2, nanos: 0 },
  },
  priority: 'CLIP_PRIORITY_HIGH' as const,
  notAfter: { seconds: 1_800_000_000, nanos: 7 },
};
const binary = sourceMessage({ key: Buffer.from('key'), value: submitted(full) });
const json = inJson({
  clipId: 'c',
  galleryId: 'g',
  uri: 'file:///c.mp4',
  metadata: full.metadata,
  sampling: { framesPerSecond: 4, startOffset: '1.5s' },
  notAfter: '2027-01-15T08:00:00.5Z',
});

/** How often a submission came of it; anything but that and our own errors is thrown. */
function countReadable(messages: readonly SourceMessage[]): number {
  return messages.filter((message) => {
    try {
      return decodeSubmission(message).galleryId.length > 0;
    } catch (thrown) {
      if (thrown instanceof ClipidError && thrown.code !== 'INTERNAL') return false;
      throw thrown;
    }
  }).length;
}

function variants(message: SourceMessage, seed: number): SourceMessage[] {
  const random = seeded(seed);
  return Array.from({ length: TRIES }, () => ({
    ...message,
    value: mutated(message.value ?? new Uint8Array(0), random),
  }));
}

describe('a message that was damaged', () => {
  it.each([
    ['binary', binary],
    ['JSON', json],
  ])('is a submission or an error of ours: %s', (_, message) => {
    const readable = countReadable(variants(message, 1));
    expect(readable).toBeGreaterThan(TRIES / 100);
    expect(readable).toBeLessThan(TRIES);
  });

  it('is an error of ours where it is any bytes at all', () => {
    const random = seeded(2);
    const messages = Array.from({ length: TRIES }, (_, i) => {
      const value = randomBytes(Math.floor(random() * 300), random);
      return i % 2 === 0 ? sourceMessage({ value }) : inJson('', { value });
    });
    expect(countReadable(messages)).toBe(0);
  });
});

describe('a message made to harm', () => {
  const ofSize = (unit: readonly number[]) =>
    sourceMessage({ value: Buffer.alloc(256 * 1024, Buffer.from(unit)) });

  it.each([
    ['groups in groups', [0x7b]],
    ['structs in structs', [0x2a, 0xff, 0xff, 0x0f]],
    ['empty fields', [0x2a, 0x00]],
    ['the longest varints', [0xff]],
    ['zeros', [0x00]],
  ])('is refused at once: %s', (_, unit) => {
    expect(countReadable([ofSize(unit)])).toBe(0);
  });

  it('is refused at once: many names, digits, brackets', () => {
    const names = Array.from({ length: 30_000 }, (_, i) => `"n${i}":1`).join(',');
    const texts = [
      `{${names}}`,
      '1'.repeat(250_000),
      '{"a":'.repeat(50_000),
      `["${'\\u0000'.repeat(40_000)}"]`,
    ];
    expect(countReadable(texts.map((text) => inJson(text)))).toBe(0);
  });
});
