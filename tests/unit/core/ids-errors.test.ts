import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clipIdOfFile } from '../../../services/core/content-id.js';
import { ClipidError, errorFromParts, toClipidError } from '../../../services/core/errors.js';
import { templateId } from '../../../services/core/template-id.js';

const signal = new AbortController().signal;

describe('invariant 2: template ids', () => {
  it('are the same for the same track, for ever', () => {
    // Written down: a change of this value orphans every template there is.
    expect(templateId('g', 'b', 'c', 0)).toBe('f59a4cb7ecc676a16d62b81fb51d9d24');
  });

  it('differ in each of their parts, and parts do not run together', () => {
    const ids = [
      templateId('g', 'b', 'c', 0),
      templateId('h', 'b', 'c', 0),
      templateId('g', 'd', 'c', 0),
      templateId('g', 'b', 'd', 0),
      templateId('g', 'b', 'c', 1),
      templateId('gb', '', 'c', 0),
      templateId('g', 'b', 'c1', 0),
      templateId('g;1:b', '', 'c', 0),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the id of a file', () => {
  it('is its content, not its name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'clipid-id-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [a, b, c] = ['a', 'b', 'c'].map((name) => join(folder, name)) as [string, string, string];
    writeFileSync(a, 'same');
    writeFileSync(b, 'same');
    writeFileSync(c, 'other');
    expect(await clipIdOfFile(a, signal)).toBe(await clipIdOfFile(b, signal));
    expect(await clipIdOfFile(a, signal)).not.toBe(await clipIdOfFile(c, signal));
    await expect(clipIdOfFile(join(folder, 'd'), signal)).rejects.toThrow('ENOENT');
    await expect(clipIdOfFile(a, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('errors', () => {
  it('of any kind become ours, and ours stay what they are', () => {
    const ours = new ClipidError('CONFLICT', 'x', { field: 'etag' });
    expect(toClipidError(ours)).toBe(ours);
    expect(toClipidError(new DOMException('', 'AbortError')).code).toBe('CANCELLED');
    expect(toClipidError(new DOMException('', 'TimeoutError')).code).toBe('DEADLINE_EXCEEDED');
    const bug = new TypeError('x is undefined');
    expect(toClipidError(bug)).toMatchObject({
      code: 'INTERNAL',
      message: bug.message,
      cause: bug,
    });
    expect(toClipidError('text')).toMatchObject({ code: 'INTERNAL', message: 'text' });
  });

  it('are read back from their parts; a code that is not known is INTERNAL', () => {
    expect(errorFromParts('CLIP_EMPTY', 'm', 'uri')).toMatchObject({
      code: 'CLIP_EMPTY',
      message: 'm',
      field: 'uri',
    });
    expect(errorFromParts('FROM_THE_FUTURE', 'm').code).toBe('INTERNAL');
  });
});
