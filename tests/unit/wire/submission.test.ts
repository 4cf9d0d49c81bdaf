import { describe, expect, it } from 'vitest';
import { Sampling } from '../../../services/gen/clipid/v1/clip.js';
import { SubmitClipRequest } from '../../../services/gen/clipid/v1/clip_service.js';
import { fromSampling, fromSubmission } from '../../../services/wire/submission.js';

describe('a submission', () => {
  const request = SubmitClipRequest.fromPartial({ galleryId: 'g', uri: 'file:///c.mp4' });

  it('holds what was set and nothing else', () => {
    expect(fromSubmission(request)).toEqual({
      priority: 'NORMAL',
      galleryId: 'g',
      uri: 'file:///c.mp4',
    });
    const sampling = { startOffset: { seconds: 1, nanos: 0 } };
    const full = {
      ...request,
      clipId: 'c',
      enrollAs: 'ada',
      metadata: {},
      sampling: Sampling.fromPartial(sampling),
      priority: 'CLIP_PRIORITY_HIGH' as const,
      notAfter: { seconds: 2, nanos: 5e8 },
    };
    expect(fromSubmission(full)).toEqual({
      galleryId: 'g',
      uri: 'file:///c.mp4',
      clipId: 'c',
      enrolAs: 'ada',
      metadata: {},
      sampling: { startMs: 1000 },
      priority: 'HIGH',
      notAfterMs: 2500,
    });
  });

  it.each([
    [{ galleryId: '' }, 'gallery_id is required'],
    [{ uri: '' }, 'uri is required'],
    [{ uri: `file:///${'x'.repeat(2048)}` }, 'uri has 2056 characters; at most 2048 are allowed'],
    [{ clipId: 'a b' }, 'clip_id must be 1 to 128 letters, digits or . _ - : @'],
    [{ clipId: '../a' }, 'clip_id must be 1 to 128 letters'],
    [{ enrollAs: 'x'.repeat(129) }, 'enroll_as must be 1 to 128 letters'],
  ])('is refused: %o', (change, message) => {
    expect(() => fromSubmission({ ...request, ...change })).toThrow(message);
  });

  it.each([0, -1, 60.1, Number.NaN, Number.POSITIVE_INFINITY])(
    'is refused at %d frames a second',
    (rate) => {
      expect(() => fromSampling(Sampling.fromPartial({ framesPerSecond: rate }))).toThrow(
        'it must be in [0.1, 60] frames a second',
      );
    },
  );

  it('is refused when it ends before it starts', () => {
    const startOffset = { seconds: 2, nanos: 0 };
    const sampling = Sampling.fromPartial({ startOffset, endOffset: startOffset });
    expect(() => fromSampling(sampling)).toThrow('sampling.end_offset is 2 s; it must be after');
  });
});
