import { describe, expect, it } from 'vitest';
import { ClipidError } from '../../../../services/core/errors.js';
import type { MessageHeader, SourceMessage } from '../../../../services/core/source-message.js';
import { readDelivery, toRetryRecord } from '../../../../services/ingest/messages/retry-record.js';
import { header, PARENT, sourceMessage } from './a-message.js';

const next = { attempts: 1, notBeforeMs: 6000, nowMs: 5000 };
const first = sourceMessage({
  key: Buffer.from('c'),
  headers: [header('traceparent', PARENT), ['raw', Buffer.from([0xff])]],
});
/** How it comes from a retry topic. */
const place = { topic: 'clipid.clips.retry.1', partition: 0, offset: 7, timestampMs: 5001 };

const tried = (message: SourceMessage, isRetryTopic = false) => ({
  ...place,
  ...toRetryRecord(readDelivery(message, isRetryTopic), next),
});

function withHeader(name: string, value: string | null): SourceMessage {
  const others = tried(first).headers.filter(([candidate]) => candidate !== name);
  return { ...tried(first), headers: value === null ? others : [...others, header(name, value)] };
}

describe('a message that is tried again', () => {
  it('is at first as it came', () => {
    expect(readDelivery(first, false)).toEqual({
      ...{ message: first, attempts: 0, notBeforeMs: 0, firstFailureMs: null },
    });
  });

  it('comes back as it was first, with what is known of earlier tries', () => {
    const delivery = { message: first, attempts: 1, notBeforeMs: 6000, firstFailureMs: 5000 };
    expect(readDelivery(tried(first), true)).toEqual(delivery);
  });

  it('remembers its first failure and its origin over all tries', () => {
    const again = toRetryRecord(readDelivery(tried(first), true), {
      ...{ attempts: 2, notBeforeMs: 90_000.4, nowMs: 80_000 },
    });
    expect(readDelivery({ ...place, ...again }, true)).toEqual({
      ...{ message: first, attempts: 2, notBeforeMs: 90_001, firstFailureMs: 5000 },
    });
  });

  it.each<[Partial<SourceMessage>]>([
    [{ key: null, value: null, headers: [] }],
    [{ timestampMs: -1 }],
    [{ timestampMs: 9.2e18 }],
    [{ offset: Number.MAX_SAFE_INTEGER, partition: 2 ** 31 - 1, topic: 'A-z_0.9' }],
  ])('comes back whatever it was: %j', (change) => {
    const message = { ...first, ...change };
    expect(readDelivery(tried(message), true).message).toEqual(message);
  });

  it('keeps forged headers as any others, and believes none', () => {
    const forged: MessageHeader[] = [
      header('clipid-attempts', '99'),
      header('clipid-origin', 'other/0/0/0'),
      header('x', 'y'),
    ];
    const message = { ...first, headers: forged };
    expect(readDelivery(message, false)).toMatchObject({ message, attempts: 0 });
    expect(readDelivery(tried(message), true)).toMatchObject({ message, attempts: 1 });
  });
});

describe('a retry record', () => {
  it.each([
    ['clipid-origin', null],
    ['clipid-origin', ''],
    ['clipid-origin', 'a/b/0/0/0'],
    ['clipid-origin', 'a b/0/0/0'],
    ['clipid-origin', 'a/-1/0/0'],
    ['clipid-origin', 'a/2147483648/0/0'],
    ['clipid-origin', 'a/0/9007199254740993/0'],
    ['clipid-attempts', null],
    ['clipid-attempts', '0'],
    ['clipid-attempts', '1e3'],
    ['clipid-attempts', '9999999999'],
    ['clipid-not-before', '-1'],
    ['clipid-not-before', '9007199254740991'],
    ['clipid-first-failure', 'soon'],
    ['clipid-first-failure', null],
  ])('is refused where %s is %j', (name, value) => {
    const read = () => readDelivery(withHeader(name, value), true);
    expect(read).toThrow(`The header ${name} of a retry record is missing or broken`);
    expect(read).toThrow(ClipidError);
  });
});
