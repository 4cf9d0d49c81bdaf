import { describe, expect, it } from 'vitest';
import type { ClipRow } from '../../../services/gallery/port.js';
import { toClip } from '../../../services/search/map-clip.js';

const ROW: ClipRow = {
  galleryId: 'g',
  clipId: 'c',
  uri: 'file:///c.mp4',
  state: 'FAILED',
  enrolAs: 'ada',
  sampling: { framesPerSecond: 8, startMs: 0, endMs: 2500 },
  metadata: { a: 1 },
  attempts: 3,
  notBeforeMs: 0,
  errorCode: 'CLIP_UNREADABLE',
  errorText: 'not a video',
  bundleId: null,
  durationMs: 0,
  widthPx: null,
  heightPx: null,
  frameCount: null,
  warnings: ['short'],
  submissionId: 's',
  priority: 'HIGH',
  notAfterMs: 5000,
  requestedMs: 900,
  begunMs: null,
  extractedMs: null,
  traceparent: null,
  tracestate: null,
  submittedMs: 1000,
  updatedMs: 2000,
};

describe('a clip', () => {
  it('is shown with everything that its row knows', () => {
    expect(toClip(ROW)).toEqual({
      galleryId: 'g',
      clipId: 'c',
      uri: 'file:///c.mp4',
      state: 'CLIP_STATE_FAILED',
      error: { code: 'CLIP_UNREADABLE', message: 'not a video' },
      warnings: ['short'],
      sampling: {
        framesPerSecond: 8,
        startOffset: { seconds: 0, nanos: 0 },
        endOffset: { seconds: 2, nanos: 5e8 },
      },
      metadata: { a: 1 },
      enrollAs: 'ada',
      attempts: 3,
      duration: { seconds: 0, nanos: 0 },
      widthPx: 0,
      heightPx: 0,
      frameCount: 0,
      bundleId: '',
      submitTime: { seconds: 1, nanos: 0 },
      updateTime: { seconds: 2, nanos: 0 },
      priority: 'CLIP_PRIORITY_HIGH',
      notAfter: { seconds: 5, nanos: 0 },
      submissionId: 's',
    });
  });

  it('has an error only when it failed: an earlier attempt is not its fault', () => {
    expect(toClip({ ...ROW, state: 'QUEUED', durationMs: null })).toMatchObject({
      error: undefined,
      duration: undefined,
    });
  });
});
