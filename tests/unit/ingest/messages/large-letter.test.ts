import { describe, expect, it } from 'vitest';
import type { MessageHeader, SourceMessage } from '../../../../services/core/source-message.js';
import { replayRoute } from '../../../../services/ingest/kafka/dead-letters/route.js';
import { deadLetterRow } from '../../../../services/ingest/messages/dead-letter.js';
import { decodeSubmission } from '../../../../services/ingest/messages/decode-submission.js';
import { readDeadLetter } from '../../../../services/ingest/messages/read-dead-letter.js';
import { header, sourceMessage } from './a-message.js';

const WHY = { code: 'LIMIT_EXCEEDED', text: 'Too large.', attempts: 0, firstMs: 1, lastMs: 2 };
const AT = { host: 'h', version: '1' };
/** What the topic takes, and what a batch needs besides the record. */
const TOPIC_BYTES = 2 * 2 ** 20;

function letterOf(message: SourceMessage) {
  const { key, payload: value, headers } = deadLetterRow(message, WHY, AT);
  return readDeadLetter({ ...sourceMessage({ topic: 'dlq' }), key, value, headers });
}

/** As Kafka writes it: every length is a varint, of names in UTF-8. */
function recordBytes(message: SourceMessage): number {
  const { key, payload, headers } = deadLetterRow(message, WHY, AT);
  const ofHeaders = headers.map(([name, value]) => Buffer.byteLength(name) + value.length + 8);
  return [key?.length ?? 0, payload?.length ?? 0, ...ofHeaders].reduce((a, b) => a + b, 100);
}

describe('invariant 8: the dead letter of a message that came packed', () => {
  it('has the whole of the largest message that a broker takes by default', () => {
    const value = Buffer.alloc(2 ** 20 - 2000, 'x');
    const letter = letterOf(sourceMessage({ key: Buffer.alloc(1000), value }));
    expect(letter.leftOutBytes).toBeNull();
    expect(value.equals(letter.original.value ?? Buffer.of())).toBe(true);
  });

  it.each<[string, Partial<SourceMessage>]>([
    ['value', { value: Buffer.alloc(16 * 2 ** 20) }],
    ['key', { key: Buffer.alloc(3 * 2 ** 20) }],
    ['header', { headers: [header('x', 'x'.repeat(3 * 2 ** 20))] }],
    ['name of a header', { headers: [header('ü'.repeat(2 * 2 ** 20), '')] }],
    [
      'number of headers',
      { headers: Array.from({ length: 300_000 }, (): MessageHeader => header('a', '')) },
    ],
  ])('leaves out a message whose %s is too large, and still fits into its topic', (_, change) => {
    const message = sourceMessage(change);
    expect(recordBytes(message)).toBeLessThan(TOPIC_BYTES);
    const letter = letterOf(message);
    expect(letter.leftOutBytes).toBeGreaterThan(TOPIC_BYTES / 2);
    expect(letter).toMatchObject({ id: 'clipid.clips/3/42', reason: 'LIMIT_EXCEEDED' });
    expect(letter.original).toMatchObject({ partition: 3, offset: 42, key: null, headers: [] });
  });

  it('is not sent again: a message without its content is another one', () => {
    const letter = letterOf(sourceMessage({ value: Buffer.alloc(3 * 2 ** 20) }));
    const topics = { clips: 'clipid.clips', priority: null };
    expect(replayRoute(letter, topics, undefined)).toHaveProperty('refusal');
    expect(replayRoute(letter, topics, 'elsewhere')).toHaveProperty('refusal');
  });
});

describe('invariant 8: what goes with a message wherever it goes on to', () => {
  it.each<[string, Partial<SourceMessage>]>([
    ['its key', { key: Buffer.alloc(65 * 1024) }],
    ['one header', { headers: [header('x', 'x'.repeat(65 * 1024))] }],
    ['many headers', { headers: Array.from({ length: 33_000 }, () => header('ab', '')) }],
  ])('is bounded: %s', (_, change) => {
    expect(() => decodeSubmission(sourceMessage(change))).toThrow(/at most 65536/);
  });
});
