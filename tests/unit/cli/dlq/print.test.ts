import { describe, expect, it } from 'vitest';
import { choiceOf } from '../../../../services/cli/dlq/end-letters.js';
import { letterJson, summaryJson } from '../../../../services/cli/dlq/letter-json.js';
import { isoTime, plain, plainJson, readable } from '../../../../services/cli/dlq/plain.js';
import { printLetter, printList } from '../../../../services/cli/dlq/print-letter.js';
import type { SourceMessage } from '../../../../services/core/source-message.js';
import type { LyingLetter } from '../../../../services/ingest/kafka/dead-letters.js';
import { deadLetterRow } from '../../../../services/ingest/messages/dead-letter.js';
import { readDeadLetter } from '../../../../services/ingest/messages/read-dead-letter.js';
import { header, inJson, sourceMessage, submitted } from '../../ingest/messages/a-message.js';

const WHY = { code: 'CLIP_EMPTY', text: 'It is empty.', attempts: 2, firstMs: 0, lastMs: 1000 };
const EVIL = '\u001b[2J\u009b2J\u202e\nx';

function lying(message: SourceMessage, text = WHY.text): LyingLetter {
  const row = deadLetterRow(message, { ...WHY, text }, { host: 'h', version: '1' });
  const record = { ...message, key: row.key, value: row.payload, headers: row.headers };
  const valueBytes = message.value?.length ?? null;
  return { letter: readDeadLetter(record), partition: 0, offset: 0, writtenMs: 2000, valueBytes };
}

function printed(print: (terminal: Parameters<typeof printList>[0]) => void): string {
  const lines: string[] = [];
  const result = (line: string): void => void lines.push(line);
  print({ result, note: () => undefined, showsProgress: false, columns: 80 });
  return lines.join('\n');
}

const show = (message: SourceMessage, text?: string): string =>
  printed((terminal) => printLetter(terminal, lying(message, text)));

describe('a letter on the terminal', () => {
  it('says what happened and shows the message', () => {
    const text = show(sourceMessage({ key: Buffer.from('cam'), headers: [header('a', 'b')] }));
    expect(text).toMatch(/^id +clipid\.clips\/3\/42\nreason +CLIP_EMPTY\ntext +It is empty\.\n/);
    expect(text).toMatch(/given up +1970-01-01T00:00:02\.000Z by h, version 1/);
    expect(text).toMatch(/came from +clipid\.clips, partition 3, offset 42/);
    expect(text).toMatch(/key +cam\nheader a +b/);
    expect(text).toContain('"uri": "file:///c.mp4"');
  });

  it('shows a message in JSON', () => {
    expect(show(inJson({ uri: 'file:///d.mp4', gallery_id: '' }))).toContain('"file:///d.mp4"');
  });

  it.each([
    ['text', Buffer.from('no protobuf, no JSON'), 'no protobuf, no JSON'],
    ['bytes', Buffer.from([0xff, 0x00, 0x41]), /0000 {2}ff 00 41 +\.\.A/],
    ['nothing', Buffer.alloc(0), '(0 bytes)'],
    ['a clip cut off', submitted().subarray(0, 9), '(9 bytes) is no ClipSubmitted'],
    ['bytes of fields that nobody knows', Buffer.from([0x78, 0x01]), '(2 bytes) is no Clip'],
  ])('shows the beginning of what is no clip: %s', (_, value, expected) => {
    expect(show(sourceMessage({ value }))).toMatch(expected);
  });

  it('says so where there is no value, no key, no time', () => {
    const text = show(sourceMessage({ value: null, timestampMs: -1e18 }));
    expect(text).toContain('The message has no value.');
    expect(text).toMatch(/at +-\nkey +-/);
  });

  it('cannot move the cursor, whatever is in it', () => {
    const headers = [header(EVIL, EVIL)];
    const clip = { uri: EVIL, metadata: { [EVIL]: EVIL } };
    const text = show(
      sourceMessage({ key: Buffer.from(EVIL), headers, value: submitted(clip) }),
      EVIL,
    );
    const list = printed((terminal) => printList(terminal, [lying(sourceMessage(), EVIL)]));
    for (const line of [...text.split('\n'), ...list.split('\n')])
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('keeps a list to a line for each letter', () => {
    const letters = [lying(sourceMessage(), 'x'.repeat(500)), lying(sourceMessage({ offset: 1 }))];
    const lines = printed((terminal) => printList(terminal, letters)).split('\n');
    expect(lines).toHaveLength(3);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(140);
  });
});

describe('a letter as JSON', () => {
  it('has all facts, and the message to the byte', () => {
    const key = Buffer.from([0xff]);
    const message = sourceMessage({ key, headers: [['h', Buffer.from([0xfe])]] });
    expect(letterJson(lying(message))).toEqual({
      ...{ id: 'clipid.clips/3/42', reason: 'CLIP_EMPTY', text: 'It is empty.', attempts: 2 },
      ...{ firstTime: '1970-01-01T00:00:00.000Z', lastTime: '1970-01-01T00:00:01.000Z' },
      ...{ writtenTime: '1970-01-01T00:00:02.000Z', host: 'h', version: '1' },
      ...{ topic: 'clipid.clips', partition: 3, offset: 42, time: '2026-09-21T14:13:20.123Z' },
      key: { base64: '/w==' },
      headers: [{ name: 'h', value: { base64: '/g==' } }],
      message: { clipId: 'c', galleryId: 'g', uri: 'file:///c.mp4' },
      valueBase64: Buffer.from(submitted()).toString('base64'),
    });
  });

  it('has a summary for lists', () => {
    expect(summaryJson(lying(sourceMessage({ value: null })))).toEqual({
      ...{ id: 'clipid.clips/3/42', reason: 'CLIP_EMPTY', text: 'It is empty.', attempts: 2 },
      ...{ lastTime: '1970-01-01T00:00:01.000Z', topic: 'clipid.clips', valueBytes: null },
    });
  });

  it('is harmless to a terminal and means the same', () => {
    const text = plainJson({ [EVIL]: '😀' });
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(text)).toEqual({ [EVIL]: '😀' });
  });
});

describe('small things', () => {
  it('escapes and reads', () => {
    expect(plain('é😀\t')).toBe('é😀\\u0009');
    expect([readable(null), readable(Buffer.from('é'))]).toEqual([null, 'é']);
    expect([isoTime(null), isoTime(Number.MAX_VALUE)]).toEqual([null, null]);
  });

  it('chooses letters by ids, or all of them', () => {
    expect(choiceOf(['a'], {})).toEqual({ ids: ['a'] });
    expect(choiceOf([], { all: true, reason: 'X' })).toEqual({ all: true, reason: 'X' });
    for (const [ids, flags] of [
      [[], {}],
      [['a'], { all: true }],
      [['a'], { reason: 'X' }],
    ] as const)
      expect(() => choiceOf(ids, flags)).toThrow(
        expect.objectContaining({ code: 'FIELD_INVALID' }),
      );
  });
});
