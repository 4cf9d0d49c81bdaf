import { describe, expect, it } from 'vitest';
import { ClipidError, ERROR_CODES, type ErrorCode } from '../../../services/core/errors.js';
import { backoffMs, remedyFor } from '../../../services/ingest/trouble.js';

const remedy = (code: ErrorCode, attempt = 1): string =>
  remedyFor(new ClipidError(code, ''), attempt, 5);

describe('remedyFor', () => {
  it('has an answer for every code', () => {
    for (const code of ERROR_CODES)
      expect(['RETRY', 'FAIL', 'SKIP', 'STOP'], code).toContain(remedy(code));
  });

  it.each<[string, ErrorCode[]]>([
    ['STOP', ['STORE_FAILED', 'DATA_LOCKED', 'BUNDLE_INVALID', 'TOOL_MISSING']],
    ['RETRY', ['CLIP_UNREACHABLE', 'MODEL_FAILED', 'OVERLOADED', 'DEADLINE_EXCEEDED', 'INTERNAL']],
    ['FAIL', ['CLIP_UNREADABLE', 'CLIP_EMPTY', 'CLIP_NO_VIDEO', 'URI_FORBIDDEN', 'LIMIT_EXCEEDED']],
  ])('is %s for what the next try finds alike or not', (expected, codes) => {
    for (const code of codes) expect(remedy(code), code).toBe(expected);
  });

  it('tries whatever may succeed later without a change by the caller', () => {
    for (const code of ERROR_CODES) {
      if (new ClipidError(code, '').canRetry) expect(remedy(code), code).not.toBe('FAIL');
    }
  });

  it('fails for good at the last attempt, but a stop stays a stop', () => {
    expect(remedy('CLIP_UNREACHABLE', 4)).toBe('RETRY');
    expect(remedy('CLIP_UNREACHABLE', 5)).toBe('FAIL');
    expect(remedy('CLIP_UNREACHABLE', 6)).toBe('FAIL');
    expect(remedy('STORE_FAILED', 6)).toBe('STOP');
  });
});

describe('backoffMs', () => {
  it('doubles from half a second, is jittered, and stays under five minutes', () => {
    expect(backoffMs(1, 0)).toBe(500);
    expect(backoffMs(1, 0.999)).toBe(1000);
    expect(backoffMs(2, 0)).toBe(1000);
    expect(backoffMs(4, 0)).toBe(4000);
    expect(backoffMs(100, 0.999)).toBeLessThanOrEqual(300_000);
    expect(backoffMs(100, 0)).toBe(150_000);
  });
});
