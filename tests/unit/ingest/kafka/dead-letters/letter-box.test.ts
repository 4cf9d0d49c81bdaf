import { describe, expect, it } from 'vitest';
import type { SourceMessage } from '../../../../../services/core/source-message.js';
import {
  LetterBox,
  type BoxOptions,
} from '../../../../../services/ingest/kafka/dead-letters/letter-box.js';
import { deadLetterRow } from '../../../../../services/ingest/messages/dead-letter.js';
import { header, sourceMessage } from '../../messages/a-message.js';

const AT = { host: 'h', version: '1' };
const ALL: BoxOptions = {
  wants: () => true,
  maxLetters: 100,
  maxBytes: 1e6,
  keepsOriginals: true,
  whenFull: 'KEEP_FIRST',
};

/** The letter of message `number`, at the topic's offset `at`. */
function letter(number: number, at: number, change: Partial<SourceMessage> = {}): SourceMessage {
  const why = { code: 'INTERNAL', text: 't', attempts: 1, firstMs: 0, lastMs: 0 };
  const row = deadLetterRow(sourceMessage({ offset: number, ...change }), why, AT);
  const place = { topic: 'dlq', partition: 0, offset: at, timestampMs: at };
  return { ...place, key: row.key, value: row.payload, headers: row.headers };
}

function tombstone(number: number, at: number): SourceMessage {
  return { ...letter(number, at), value: null, headers: [] };
}

function boxOf(records: readonly SourceMessage[], options: Partial<BoxOptions> = {}): LetterBox {
  const box = new LetterBox({ ...ALL, ...options });
  for (const record of records) box.put(record);
  return box;
}

function numbers(box: LetterBox): unknown[] {
  return box.letters().map((one) => one.letter.original.offset);
}

describe('the letters of a topic', () => {
  it('are the last record of each key, unless that one has no value', () => {
    const records = [
      ...[letter(1, 0), letter(2, 1), letter(3, 2)],
      ...[tombstone(2, 3), letter(1, 4), tombstone(9, 5), tombstone(3, 6), letter(3, 7)],
    ];
    expect(boxOf(records).letters()).toMatchObject([
      { offset: 4, letter: { original: { offset: 1 } } },
      { offset: 7, letter: { original: { offset: 3 } } },
    ]);
  });

  it('are told apart by partition, as compaction does it', () => {
    const elsewhere = { ...tombstone(1, 1), partition: 1 };
    expect(numbers(boxOf([letter(1, 0), elsewhere]))).toEqual([1]);
  });

  it('are in the order in which they were written, whichever partition was read first', () => {
    const late = { ...letter(1, 5), partition: 1 };
    expect(numbers(boxOf([late, letter(2, 3), letter(3, 4)]))).toEqual([2, 3, 1]);
  });

  it('have those without a key each for itself, and none without key and value', () => {
    const loose = { ...letter(1, 0), key: null };
    const box = boxOf([loose, { ...loose, offset: 1 }, { ...loose, offset: 2, value: null }]);
    expect(box.letters().map((one) => one.letter.id)).toEqual(['dlq/0/0', 'dlq/0/1']);
  });

  it('have those that cannot be decompressed, which are refused: they have no key', () => {
    const headers = [header('clipid-unreadable', 'MESSAGE_INVALID A gzip batch is damaged.')];
    const [found] = boxOf([{ ...letter(1, 0), key: null, value: null, headers }]).letters();
    expect(found?.letter).toMatchObject({
      reason: 'MESSAGE_INVALID',
      text: 'A gzip batch is damaged.',
      recordKey: null,
    });
  });

  it('are those that are wanted', () => {
    const wants: BoxOptions['wants'] = ({ original }) => original.offset === 2;
    expect(numbers(boxOf([letter(1, 0), letter(2, 1)], { wants }))).toEqual([2]);
  });
});

describe('invariant 8: a full box', () => {
  const records = [1, 2, 3, 4, 5].map((number) => letter(number, number));

  it('keeps the first ones and counts the others', () => {
    const box = boxOf(records, { maxLetters: 2 });
    expect(numbers(box)).toEqual([1, 2]);
    expect(box.leftOut).toBe(3);
  });

  it('keeps the last ones and counts the others', () => {
    const box = boxOf(records, { maxLetters: 2, whenFull: 'KEEP_LAST' });
    expect(numbers(box)).toEqual([4, 5]);
    expect(box.leftOut).toBe(3);
  });

  it('has room again for what comes after a letter that is done with', () => {
    const box = boxOf([...records, tombstone(1, 6), letter(6, 7)], { maxLetters: 2 });
    expect(numbers(box)).toEqual([2, 6]);
  });

  it('is full of bytes too, wherever they are', () => {
    const long = Buffer.alloc(1000);
    const changes = [{ value: long }, { key: long }, { headers: [header('h', 'x'.repeat(1000))] }];
    for (const change of changes) {
      const large = [1, 2, 3].map((number) => letter(number, number, change));
      expect(numbers(boxOf(large, { maxBytes: 2500 }))).toEqual([1, 2]);
    }
  });

  it('counts no bytes that it does not keep', () => {
    const large = records.map((record) => ({ ...record, value: Buffer.alloc(1000) }));
    const box = boxOf(large, { maxBytes: 2500, keepsOriginals: false });
    expect(numbers(box)).toEqual([1, 2, 3, 4, 5]);
    expect(box.letters()[0]).toMatchObject({
      valueBytes: 1000,
      letter: { original: { key: null, value: null, headers: [] } },
    });
  });

  it('takes one letter whatever its size', () => {
    expect(numbers(boxOf([letter(1, 0)], { maxBytes: 1 }))).toEqual([1]);
    expect(numbers(boxOf(records, { maxBytes: 1, whenFull: 'KEEP_LAST' }))).toEqual([5]);
  });

  it('keeps copies, not views of what was fetched', () => {
    const fetched = Buffer.alloc(10_000);
    const record = { ...letter(1, 0), key: fetched.subarray(0, 3), value: fetched.subarray(3, 9) };
    const [found] = boxOf([record]).letters();
    expect(found?.letter.recordKey?.buffer).not.toBe(fetched.buffer);
    expect(found?.letter.original.value?.buffer).not.toBe(fetched.buffer);
  });
});
