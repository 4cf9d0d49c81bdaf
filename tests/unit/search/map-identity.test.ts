import { describe, expect, it } from 'vitest';
import { Identity } from '../../../services/gen/clipid/v1/identity.js';
import { EnrollIdentityRequest } from '../../../services/gen/clipid/v1/identity_service.js';
import {
  fromEnrollIdentity,
  fromEtag,
  fromIdentity,
  toEtag,
} from '../../../services/search/map-identity.js';

describe('an etag', () => {
  it('comes back as the revision', () => {
    expect(fromEtag(toEtag(12))).toBe(12);
    expect(fromEtag('')).toBeUndefined();
  });

  it.each(['12', 'r', 'r-1', 'W/"r1"'])('is refused: %s', (etag) => {
    expect(() => fromEtag(etag)).toThrow('identity.etag');
  });
});

describe('an update', () => {
  const identity = Identity.fromPartial({ displayName: 'Ada', metadata: { a: 1 } });

  it.each([
    [undefined, { displayName: 'Ada', metadata: { a: 1 } }],
    [['display_name'], { displayName: 'Ada' }],
    [['metadata'], { metadata: { a: 1 } }],
    [['*'], { displayName: 'Ada', metadata: { a: 1 } }],
  ])('with the mask %o changes what the mask says', (paths, change) => {
    expect(fromIdentity(identity, paths)).toEqual(change);
  });

  it('with a mask empties what is empty', () => {
    expect(fromIdentity(Identity.fromPartial({}), ['*'])).toEqual({
      displayName: '',
      metadata: {},
    });
  });

  it('is refused when it changes nothing, or what nobody may change', () => {
    expect(() => fromIdentity(Identity.fromPartial({}), undefined)).toThrow('nothing to change');
    expect(() => fromIdentity(identity, ['create_time'])).toThrow(
      "update_mask holds 'create_time'",
    );
  });
});

describe('an enrolment', () => {
  const key = { galleryId: 'g', identityId: 'ada' };
  const enrol = (sources: EnrollIdentityRequest['sources']) =>
    fromEnrollIdentity(EnrollIdentityRequest.fromPartial({ ...key, sources }));

  it('names its sources', () => {
    const { sources, ...rest } = enrol([
      { name: '', source: { $case: 'templateId', templateId: 't' } },
      { name: 'b', source: { $case: 'uri', uri: 'https://b' } },
    ]);
    expect(rest).toEqual(key);
    expect(sources).toEqual([
      { kind: 'template', name: '0', templateId: 't' },
      { kind: 'uri', name: 'b', uri: 'https://b' },
    ]);
  });

  it('is refused without sources, with too many, with empty and with too large ones', () => {
    const one = { name: '', source: { $case: 'uri' as const, uri: 'https://b' } };
    const image = (size: number) => ({
      name: '',
      source: { $case: 'image' as const, image: Buffer.alloc(size) },
    });
    expect(() => enrol([])).toThrow('sources must not be empty');
    expect(() => enrol(Array.from({ length: 65 }, () => one))).toThrow('at most 64');
    expect(() => enrol([one, { name: '', source: undefined }])).toThrow(
      'sources[1].source is required',
    );
    expect(() => enrol([image(0)])).toThrow('sources[0].image has no bytes');
    expect(() => enrol([image(16_000_001)])).toThrow(
      'sources[0].image has 16000001 bytes; at most 16000000 are allowed',
    );
  });
});
