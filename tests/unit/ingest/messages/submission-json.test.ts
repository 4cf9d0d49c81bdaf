import { describe, expect, it } from 'vitest';
import { ClipidError } from '../../../../services/core/errors.js';
import { decodeSubmission } from '../../../../services/ingest/messages/decode-submission.js';
import { inJson } from './a-message.js';

const clip = { galleryId: 'g', uri: 'file:///c.mp4' };

const decode = (fields: object) => decodeSubmission(inJson({ ...clip, ...fields }));

function errorOf(value: unknown): [code: string, message: string] {
  try {
    decodeSubmission(inJson(value));
  } catch (thrown) {
    if (thrown instanceof ClipidError) return [thrown.code, thrown.message];
  }
  throw new Error('no error of ours');
}

describe('a submission in JSON', () => {
  it('may have the names of the proto file or of JSON', () => {
    const full = {
      clip_id: 'c',
      enroll_as: 'ada',
      metadata: { clipId: null, list: [{ deep: true }] },
      sampling: { frames_per_second: 4, start_offset: '1.5s', end_offset: '3s' },
      priority: 'CLIP_PRIORITY_HIGH',
      not_after: '2027-01-15T08:00:00Z',
    };
    const camel = {
      clipId: 'c',
      enrollAs: 'ada',
      metadata: full.metadata,
      sampling: { framesPerSecond: '4', startOffset: '1.500s', endOffset: '3.000000000s' },
      priority: 2,
      notAfter: '2027-01-15T10:00:00+02:00',
    };
    const expected = {
      clipId: 'c',
      enrolAs: 'ada',
      metadata: full.metadata,
      sampling: { framesPerSecond: 4, startMs: 1500, endMs: 3000 },
      priority: 'HIGH',
      notAfterMs: 1_800_000_000_000,
    };
    expect(decode(full)).toMatchObject(expected);
    expect(decode(camel)).toMatchObject(expected);
  });

  it('may call a priority by its short name', () => {
    const names = ['HIGH', 'NORMAL', 'CLIP_PRIORITY_UNSPECIFIED', 0, 1];
    const priorities = names.map((priority) => decode({ priority }).priority);
    expect(priorities).toEqual(['HIGH', 'NORMAL', 'NORMAL', 'NORMAL', 'NORMAL']);
  });

  it('has no field that is null', () => {
    const none = { clipId: null, enrollAs: null, metadata: null, priority: null, notAfter: null };
    const decoded = decode({ ...none, sampling: { startOffset: null } });
    expect(Object.keys(decoded).sort()).toEqual([
      'galleryId',
      'origin',
      'priority',
      'sampling',
      'uri',
    ]);
    expect(decode({ ...none, sampling: null })).not.toHaveProperty('sampling');
  });

  it('holds fractions of a second down to the nanosecond', () => {
    const { notAfterMs } = decode({ notAfter: '1970-01-01T00:00:01.000500Z' });
    expect(notAfterMs).toBe(1000.5);
  });

  it.each<[object, string]>([
    [{ clipId: 7 }, 'clip_id must be text'],
    [{ sampling: [] }, 'sampling must be an object'],
    [{ sampling: { framesPerSecond: 'many' } }, 'sampling.frames_per_second must be a number'],
    [{ sampling: { framesPerSecond: 61 } }, 'it must be in [0.1, 60] frames a second'],
    [{ sampling: { startOffset: 1 } }, 'sampling.start_offset must be a duration in seconds'],
    [{ sampling: { startOffset: '1.5' } }, 'for example "1.5s"'],
    [
      { sampling: { startOffset: '-0.5s' } },
      'sampling.start_offset is -0.5 s; it must be a duration of 0 s',
    ],
    [{ sampling: { fps: 8 } }, 'sampling.fps is not a field of this version: leave it out'],
    [{ colour: 'red' }, 'colour is not a field of this version'],
    [{ 'x\n\u0007': 1 }, 'x?? is not a field of this version'],
    [{ uri: 'file:///b.mp4', Uri: 'x' }, '_uri is not a field'],
    [{ clipId: 'a', clip_id: 'a' }, 'clip_id is given twice'],
    [{ metadata: [] }, 'metadata must be an object'],
    [{ priority: {} }, 'priority must be NORMAL or HIGH'],
    [{ priority: 'UNRECOGNIZED' }, 'priority is not one of this version'],
    [{ priority: 3 }, 'priority is not one of this version'],
    [{ notAfter: 'tomorrow' }, 'not_after must be a time as in RFC 3339'],
    [{ notAfter: '2027-02-29T00:00:00Z' }, 'not_after must be a time'],
    [{ notAfter: '2027-01-15T08:00Z' }, 'not_after must be a time'],
    [{ notAfter: '2027-01-15T08:00:00' }, 'not_after must be a time'],
    [{ notAfter: '1969-12-31T23:59:59Z' }, 'not_after is not a time since 1970'],
  ])('is refused: %j', (fields, message) => {
    const [code, text] = errorOf({ ...clip, ...fields });
    expect(text).toContain(message);
    expect(code).toBe('FIELD_INVALID');
  });

  it.each(['[]', 'null', '7', '"text"'])('is an object and not %s', (json) => {
    expect(errorOf(json)).toEqual(['FIELD_INVALID', 'value must be a JSON object.']);
  });

  it('may be nested as deep as it likes and is refused in words', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const start = '{"galleryId":"g","uri":"u",';
    expect(errorOf(`${start}"metadata":{"a":${deep}}}`)).toEqual([
      'LIMIT_EXCEEDED',
      'metadata is more than 8 levels deep.',
    ]);
    expect(errorOf(`${start}"uri":${deep}}`)[1]).toBe('uri must be text.');
    expect(errorOf(deep)[1]).toBe('value must be a JSON object.');
  });

  it('cannot reach what all objects share', () => {
    const metadata = '{"__proto__":{"a":1}}';
    const json = `{"galleryId":"g","uri":"u","metadata":${metadata}`;
    expect(errorOf(`${json},"__proto__":{"b":1}}`)[1]).toContain('__proto__ is not a field');
    expect(JSON.stringify(decodeSubmission(inJson(`${json}}`)).metadata)).toBe(metadata);
    expect({}).not.toHaveProperty('a');
  });
});
