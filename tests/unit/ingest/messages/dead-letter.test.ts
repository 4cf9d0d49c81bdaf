import { describe, expect, it } from 'vitest';
import type { MessageHeader, SourceMessage } from '../../../../services/core/source-message.js';
import { seeded } from '../../../../services/evaluate/seeded.js';
import type { OutboxRow } from '../../../../services/gallery/port.js';
import { deadLetterRow } from '../../../../services/ingest/messages/dead-letter.js';
import { readDeadLetter } from '../../../../services/ingest/messages/read-dead-letter.js';
import { header, PARENT, sourceMessage } from './a-message.js';
import { mutated, randomBytes } from './mutate.js';

const AT = { host: 'worker-1', version: '1.2.3' };
const WHY = {
  code: 'CLIP_UNREADABLE',
  text: 'It is no video.',
  attempts: 3,
  firstMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  lastMs: Date.UTC(2026, 0, 2, 3, 9),
};
const NOTHING = {
  ...{ reason: null, text: null, attempts: null, firstMs: null, lastMs: null },
  leftOutBytes: null,
};

/** The outbox row as it comes back from the topic. */
function written({ key, payload, headers }: OutboxRow): SourceMessage {
  return { ...sourceMessage({ topic: 'dlq', offset: 7 }), key, value: payload, headers };
}

function throughTopic(message: SourceMessage) {
  return readDeadLetter(written(deadLetterRow(message, WHY, AT)));
}

describe('the dead letter of a message', () => {
  it('is called after the place of the message, however often it is written', () => {
    const row = deadLetterRow(sourceMessage(), WHY, AT);
    expect(row.eventId).toBe('dead-letter:clipid.clips/3/42');
    expect(row).toMatchObject({ topic: 'DEAD_LETTERS', createdMs: WHY.lastMs });
    expect(String(row.key)).toBe('clipid.clips/3/42');
    expect(deadLetterRow(sourceMessage(), WHY, AT)).toEqual(row);
  });

  it('has the message to the byte, and its headers before ours', () => {
    const headers = [header('traceparent', PARENT), header('b', '1'), header('b', '2')];
    const message = sourceMessage({ key: Buffer.from([0, 255]), headers });
    const row = deadLetterRow(message, WHY, AT);
    expect(row.payload).toEqual(message.value);
    expect(row.headers.slice(0, 3)).toEqual(headers);
    expect(
      row.headers.slice(3).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
    ).toEqual([
      ['clipid-dlq-reason', 'CLIP_UNREADABLE'],
      ['clipid-dlq-text', 'It is no video.'],
      ['clipid-dlq-attempts', '3'],
      ['clipid-dlq-first-time', '2026-01-02T03:04:05.006Z'],
      ['clipid-dlq-last-time', '2026-01-02T03:09:00.000Z'],
      ['clipid-dlq-host', 'worker-1'],
      ['clipid-dlq-version', '1.2.3'],
      ['clipid-dlq-topic', 'clipid.clips'],
      ['clipid-dlq-partition', '3'],
      ['clipid-dlq-offset', '42'],
      ['clipid-dlq-timestamp', '1790000000123'],
      ['clipid-dlq-key', '\x00\xff'],
    ]);
  });

  it('is read back as it was written', () => {
    const message = sourceMessage({ key: Buffer.from([0, 255]), headers: [header('a', 'b')] });
    expect(throughTopic(message)).toEqual({
      id: 'clipid.clips/3/42',
      recordKey: Buffer.from('clipid.clips/3/42'),
      reason: WHY.code,
      text: WHY.text,
      attempts: 3,
      firstMs: WHY.firstMs,
      lastMs: WHY.lastMs,
      ...AT,
      leftOutBytes: null,
      original: message,
    });
  });

  it.each([
    ['no value', { value: null }],
    ['an empty value', { value: new Uint8Array(0) }],
    ['no key', { key: null }],
    ['an empty key', { key: new Uint8Array(0) }],
    ['a time that no calendar has', { timestampMs: 9_223_372_036_854_775_000 }],
    ['no time', { timestampMs: -1 }],
    ['a header without a name', { headers: [header('', 'x')] }],
    [
      'a header named like a method',
      { headers: [header('constructor', 'x'), header('__proto__', '')] },
    ],
  ])('gives the message back with %s', (_, change) => {
    const message = sourceMessage({ key: Buffer.from('k'), ...change });
    expect(throughTopic(message).original).toEqual(message);
  });

  it('has always a value: one without says that a letter is done with', () => {
    expect(deadLetterRow(sourceMessage({ value: null }), WHY, AT).payload).toEqual(
      new Uint8Array(0),
    );
  });

  it('cuts a text that is too long, and keeps one that is no proper text readable', () => {
    const long = { ...WHY, text: 'ü'.repeat(2000) };
    const broken = { ...WHY, text: `\ud800${'x'.repeat(10)}` };
    const textOf = (why: typeof WHY) =>
      readDeadLetter(written(deadLetterRow(sourceMessage(), why, AT))).text;
    expect(textOf(long)).toBe('ü'.repeat(1000));
    expect(textOf(broken)).toBe(`\ufffd${'x'.repeat(10)}`);
  });

  it('takes the headers of an older letter, sent again by hand, for neither ours nor the message’s', () => {
    const older = deadLetterRow(sourceMessage({ key: Buffer.from('old'), value: null }), WHY, AT);
    const again = sourceMessage({
      key: null,
      offset: 99,
      headers: [header('a', 'b'), ...older.headers],
    });
    const letter = throughTopic(again);
    expect(letter.id).toBe('clipid.clips/3/99');
    expect(letter.original).toEqual({ ...again, headers: [header('a', 'b')] });
  });
});

describe('a letter that others wrote', () => {
  const read = (headers: readonly MessageHeader[], change: Partial<SourceMessage> = {}) =>
    readDeadLetter(sourceMessage({ topic: 'dlq', headers, ...change }));

  it('is read without any header of ours', () => {
    const headers = [header('a', 'b')];
    const letter = read(headers, { key: Buffer.from('by-hand'), value: Buffer.from('x') });
    expect(letter).toEqual({
      ...{
        id: 'by-hand',
        recordKey: Buffer.from('by-hand'),
        ...NOTHING,
        host: null,
        version: null,
      },
      original: {
        ...{ topic: null, partition: null, offset: null, timestampMs: null, key: null },
        ...{ value: Buffer.from('x'), headers },
      },
    });
  });

  it('is called after its own place without a key, and after its digits where the key is no text', () => {
    expect(read([], { key: null }).id).toBe('dlq/3/42');
    expect(read([], { key: Buffer.from([0xff, 0x00]) }).id).toBe('0xff00');
  });

  it.each([
    ['attempts', '-1'],
    ['attempts', '1e3'],
    ['attempts', '99999999999999999999'],
    ['partition', 'x'],
    ['offset', ''],
    ['offset', '9007199254740993'],
    ['first-time', 'yesterday'],
    ['last-time', ''],
    ['timestamp', '12345678901234567890'],
  ])('has null for what cannot be: %s %s', (name, text) => {
    const { attempts, firstMs, lastMs, original } = read([header(`clipid-dlq-${name}`, text)]);
    const { partition, offset, timestampMs } = original;
    const facts = { attempts, firstMs, lastMs, partition, offset, timestampMs };
    expect(Object.values(facts).every((fact) => fact === null)).toBe(true);
  });

  it('has the last one of a header that comes twice, and null for bytes that are no text', () => {
    const twice = [header('clipid-dlq-reason', 'A'), header('clipid-dlq-reason', 'B')];
    expect(read(twice).reason).toBe('B');
    expect(read([['clipid-dlq-topic', Buffer.from([0xff])]]).original.topic).toBeNull();
  });

  it('is without a value only where it says so and has none', () => {
    const headers = [header('clipid-dlq-null-value', 'true')];
    expect(read(headers, { value: new Uint8Array(0) }).original.value).toBeNull();
    expect(read(headers, { value: Buffer.from('x') }).original.value).toEqual(Buffer.from('x'));
  });
});

describe('any message', () => {
  it('comes back to the byte', () => {
    const random = seeded(1);
    for (let i = 0; i < 2000; i++) {
      const message = anyMessage(random);
      expect(throughTopic(message).original).toEqual(message);
    }
  });

  it('can be damaged in the topic without an error', () => {
    const random = seeded(2);
    for (let i = 0; i < 2000; i++) {
      const record = written(deadLetterRow(anyMessage(random), WHY, AT));
      const headers = record.headers.map(([name, value]): MessageHeader => {
        return random() < 0.3 ? [name, mutated(value, random)] : [name, value];
      });
      const letter = readDeadLetter({ ...record, headers });
      expect(letter.original.value?.length ?? 0).toBe(record.value?.length);
    }
  });
});

function anyMessage(random: () => number): SourceMessage {
  const bytes = () => randomBytes(Math.floor(random() * 40), random);
  const orNull = () => (random() < 0.2 ? null : bytes());
  const headers = Array.from({ length: Math.floor(random() * 5) }, (): MessageHeader => {
    return [Buffer.from(bytes()).toString('latin1'), bytes()];
  });
  const place = { partition: Math.floor(random() * 100), offset: Math.floor(random() * 2 ** 53) };
  return sourceMessage({ ...place, key: orNull(), value: orNull(), headers });
}
