import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isImage } from '../../../services/cli/sources.js';
import { clipsIn } from '../../../services/cli/walk.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clipid-walk-'));
  await mkdir(join(folder, 'b', 'deep'), { recursive: true });
  await mkdir(join(folder, '.git'));
  for (const name of ['c.mp4', 'a.mp4', '.hidden.mp4', '.git/x.mp4', 'b/deep/d.mp4', 'b/é.mp4']) {
    await writeFile(join(folder, name), name);
  }
  await symlink(folder, join(folder, 'b', 'loop'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('walking folders', () => {
  it('is in order of name, without hidden entries, and does not follow links', async () => {
    const found = await clipsIn([folder]);
    expect(found.map((path) => relative(folder, path))).toEqual([
      'a.mp4',
      'b/deep/d.mp4',
      'b/é.mp4',
      'c.mp4',
    ]);
  });

  it('keeps the order of the arguments, and leaves uris and what is not there alone', async () => {
    const args = ['s3://bucket/a.mp4', join(folder, 'c.mp4'), join(folder, 'missing.mp4')];
    expect(await clipsIn(args)).toEqual(args);
  });

  it('is bounded, and names the limit', async () => {
    await expect(clipsIn([folder], { files: 3, depth: 9 })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('3 files') as string,
    });
    await expect(clipsIn([folder], { files: 9, depth: 2 })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
  });
});

describe('telling images from clips', () => {
  const head = (text: string): Buffer => Buffer.from(text.padEnd(16, '\0'), 'latin1');
  it.each([
    ['JPEG', '\xff\xd8\xff\xe0', true],
    ['PNG', '\x89PNG\r\n', true],
    ['WebP', 'RIFF....WEBP', true],
    ['AVIF', '....ftypavif', true],
    ['HEIC', '....ftypheic', true],
    ['AVI', 'RIFF....AVI ', false],
    ['MP4', '....ftypisom', false],
    ['Matroska', '\x1aE\xdf\xa3', false],
    ['an empty file', '', false],
  ])('%s', (_name, text, expected) => {
    expect(isImage(head(text))).toBe(expected);
  });
});
