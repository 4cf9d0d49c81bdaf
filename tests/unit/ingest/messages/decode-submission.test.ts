import { describe, expect, it } from 'vitest';
import { ClipidError } from '../../../../services/core/errors.js';
import { decodeSubmission } from '../../../../services/ingest/messages/decode-submission.js';
import type { SourceMessage } from '../../../../services/core/source-message.js';
import { header, inJson, PARENT, sourceMessage, submitted } from './a-message.js';

const keyed = (key: Uint8Array | null) => sourceMessage({ key, value: submitted({ clipId: '' }) });

function errorOf(change: Partial<SourceMessage>): [code: string, message: string] {
  try {
    decodeSubmission(sourceMessage(change));
  } catch (thrown) {
    if (thrown instanceof ClipidError) return [thrown.code, thrown.message];
  }
  throw new Error('no error of ours');
}

describe('a submission over Kafka', () => {
  it('has everything that was set, and its message as the origin', () => {
    const value = submitted({
      enrollAs: 'ada',
      metadata: { a: [1, null] },
      sampling: {
        framesPerSecond: 4,
        startOffset: { seconds: 1, nanos: 5e8 },
        endOffset: undefined,
      },
      priority: 'CLIP_PRIORITY_HIGH',
      notAfter: { seconds: 1_800_000_000, nanos: 0 },
    });
    const message = sourceMessage({ value, headers: [header('traceparent', PARENT)] });
    expect(decodeSubmission(message)).toEqual({
      galleryId: 'g',
      clipId: 'c',
      uri: 'file:///c.mp4',
      enrolAs: 'ada',
      metadata: { a: [1, null] },
      sampling: { framesPerSecond: 4, startMs: 1500 },
      priority: 'HIGH',
      notAfterMs: 1_800_000_000_000,
      origin: {
        submissionId: 'clipid.clips/3/42',
        requestedMs: 1_790_000_000_123,
        trace: { traceparent: PARENT, tracestate: null },
        message,
      },
    });
  });

  it('takes its id from the value, else from the key, else leaves it to the uri', () => {
    const key = Buffer.from('from-key');
    expect(decodeSubmission(sourceMessage({ key })).clipId).toBe('c');
    expect(decodeSubmission(keyed(key)).clipId).toBe('from-key');
    for (const none of [null, new Uint8Array(0), Buffer.from([0xff, 1])])
      expect(decodeSubmission(keyed(none))).not.toHaveProperty('clipId');
    expect(() => decodeSubmission(keyed(Buffer.from('no id')))).toThrow('key must be 1 to 128');
  });

  it.each([-1, Number.NaN, 9.2e18])('is not before 1970 nor after 9999: %d ms', (timestampMs) => {
    const { origin } = decodeSubmission(sourceMessage({ timestampMs }));
    expect(origin?.requestedMs).toBe(timestampMs > 0 ? 253_402_300_799_999 : 0);
    expect(origin?.message.timestampMs).toBe(timestampMs);
  });

  it.each(['application/json', 'Application/JSON; charset=utf-8', ' application/json ;x=y'])(
    'is JSON where the content type is %j',
    (type) => {
      const message = inJson(
        { gallery_id: 'g', uri: 'u' },
        { headers: [header('Content-Type', type)] },
      );
      expect(decodeSubmission(message)).toMatchObject({ galleryId: 'g', uri: 'u' });
    },
  );

  it.each(['text/plain', 'application/json2', '', 'a\nb'])('has no other type: %j', (type) => {
    const [code, message] = errorOf({ headers: [header('content-type', type)] });
    expect(code).toBe('MESSAGE_INVALID');
    expect(message).toContain(
      `content-type is ${JSON.stringify(type)}: send application/x-protobuf`,
    );
  });

  it('is refused where the value is empty, too large or not what it says', () => {
    const json = [header('content-type', 'application/json')];
    const bad = Buffer.from([0xff, 0xfe]);
    const empty = ['MESSAGE_INVALID', 'value is empty: send a ClipSubmitted.'];
    expect(errorOf({ value: null })).toEqual(empty);
    expect(errorOf({ value: new Uint8Array(0) })).toEqual(empty);
    expect(errorOf({ value: new Uint8Array(256 * 1024 + 1) })).toEqual([
      'LIMIT_EXCEEDED',
      'value has 262145 bytes; at most 262144 are allowed: send less metadata.',
    ]);
    expect(errorOf({ value: bad, headers: json })[1]).toContain('not UTF-8');
    expect(errorOf({ value: Buffer.from('{'), headers: json })[1]).toContain('value is not JSON');
    expect(errorOf({ value: Buffer.from('{"a":1}') })[1]).toContain('application/json');
  });

  it('is refused as protobuf that ends early, late, or holds text that is none', () => {
    const good = submitted();
    const withText = Buffer.from(good);
    withText[withText.indexOf('c.mp4')] = 0xff;
    for (const value of [good.subarray(0, -1), Buffer.concat([good, Buffer.alloc(8)]), withText]) {
      const [code, message] = errorOf({ value });
      expect(code).toBe('MESSAGE_INVALID');
      expect(message).toContain('not a ClipSubmitted in binary form');
    }
  });

  it('is refused where a field breaks its rule', () => {
    const late = { framesPerSecond: undefined, startOffset: undefined };
    const endOffset = { seconds: Number.MAX_SAFE_INTEGER, nanos: 0 };
    expect(errorOf({ value: submitted({ galleryId: '' }) })[1]).toBe('gallery_id is required.');
    expect(errorOf({ value: submitted({ uri: '' }) })).toEqual([
      'FIELD_INVALID',
      'uri is required.',
    ]);
    expect(errorOf({ value: submitted({ sampling: { ...late, endOffset } }) })[0]).toBe(
      'FIELD_INVALID',
    );
    expect(errorOf({ value: submitted({ metadata: { a: 'x'.repeat(20_000) } }) })[0]).toBe(
      'LIMIT_EXCEEDED',
    );
  });
});
