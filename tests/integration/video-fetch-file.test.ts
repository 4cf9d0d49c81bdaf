import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SchemeFetcher } from '../../services/video/fetch.js';

const never = new AbortController().signal;

describe('fetching files', () => {
  let root: string;
  let allowed: string;
  let fetcher: SchemeFetcher;

  beforeAll(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'clipid-test-')));
    allowed = join(root, 'clips');
    mkdirSync(join(allowed, 'sub'), { recursive: true });
    mkdirSync(join(root, 'clips-of-others'));
    for (const name of ['clips/a.mp4', 'clips/sub/ü %41.mp4', 'clips-of-others/b.mp4', 'secret']) {
      writeFileSync(join(root, name), 'content');
    }
    writeFileSync(join(allowed, 'empty.mp4'), '');
    writeFileSync(join(allowed, 'large.mp4'), Buffer.alloc(2000));
    symlinkSync(join(root, 'secret'), join(allowed, 'out.mp4'));
    symlinkSync(root, join(allowed, 'up'));
    symlinkSync(join(allowed, 'a.mp4'), join(allowed, 'within.mp4'));
    symlinkSync(allowed, join(root, 'link-to-clips'));
    execFileSync('mkfifo', [join(allowed, 'fifo')]);
    const policy = { allowedFolders: [allowed], allowedHosts: [], maxBytes: 1000 };
    fetcher = new SchemeFetcher({ policy });
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('gives an allowed file as it lies, and leaves it there', async () => {
    const clip = await fetcher.fetch(join(allowed, 'a.mp4'), never);
    expect(clip).toMatchObject({ path: join(allowed, 'a.mp4'), sizeBytes: 7 });
    await clip.release();
    await clip.release();
    expect((await fetcher.fetch(join(allowed, 'within.mp4'), never)).path).toBe(clip.path);
  });

  it('takes a file uri with escaped characters', async () => {
    const path = join(allowed, 'sub', 'ü %41.mp4');
    expect((await fetcher.fetch(pathToFileURL(path).href, never)).path).toBe(path);
  });

  it('allows a folder that is itself a link', async () => {
    const policy = {
      allowedFolders: [join(root, 'link-to-clips')],
      allowedHosts: [],
      maxBytes: 99,
    };
    const linked = new SchemeFetcher({ policy });
    const clip = await linked.fetch(join(root, 'link-to-clips/a.mp4'), never);
    expect(clip.path).toBe(join(allowed, 'a.mp4'));
  });

  it.each([
    ['another folder', '/etc/passwd'],
    ['a file that is not there, elsewhere', '/no/such/file'],
    ['a name that begins like an allowed one', 'ROOT-of-others/b.mp4'],
    ['dots that climb out', 'ROOT/../secret'],
    ['dots in a uri', 'file://ROOT/%2e%2e/secret'],
    ['a link out of the folder', 'ROOT/out.mp4'],
    ['a linked folder', 'ROOT/up/secret'],
    ['a folder', 'ROOT/sub'],
    ['the allowed folder', 'ROOT'],
    ['a fifo', 'ROOT/fifo'],
    ['a file of another host', 'file://host/ROOT/a.mp4'],
    ['an escaped zero byte', 'file://ROOT/a.mp4%00.txt'],
    ['an escaped slash', 'file://ROOT/sub%2f..%2fa.mp4'],
    ['a relative path', 'clips/a.mp4'],
    ['a control character', 'ROOT/a\n.mp4'],
    ['a protocol of ffmpeg', 'concat:ROOT/a.mp4|/etc/passwd'],
    ['another scheme', 'ftp://host/a.mp4'],
    ['a host that nobody allowed', 'http://127.0.0.1/a.mp4'],
    ['nothing', ''],
  ])('refuses %s', async (_what, uri) => {
    const refused = fetcher.fetch(uri.replace('ROOT', allowed), never);
    await expect(refused).rejects.toMatchObject({ code: 'URI_FORBIDDEN', field: 'uri' });
  });

  it('says what is allowed instead', async () => {
    await expect(fetcher.fetch('s3://bucket/a.mp4', never)).rejects.toThrow(
      `Allowed: files below ${allowed}; http(s) from nowhere.`,
    );
  });

  it('has a code of its own for every other failure', async () => {
    const code = async (uri: string): Promise<unknown> =>
      fetcher.fetch(uri, never).then(
        () => 'none',
        (error: unknown) => (error as { code: string }).code,
      );
    expect(await code(join(allowed, 'missing.mp4'))).toBe('CLIP_UNREACHABLE');
    expect(await code(join(allowed, 'empty.mp4'))).toBe('CLIP_EMPTY');
    expect(await code(join(allowed, 'large.mp4'))).toBe('LIMIT_EXCEEDED');
    expect(await code(`/${'a'.repeat(5000)}`)).toBe('LIMIT_EXCEEDED');
  });

  it('lets a trusted operator allow any folder, and still only files', async () => {
    const policy = { allowedFolders: 'any', allowedHosts: [], maxBytes: 1000 } as const;
    const anywhere = new SchemeFetcher({ policy });
    expect((await anywhere.fetch(join(root, 'secret'), never)).sizeBytes).toBe(7);
    await expect(anywhere.fetch('/dev/zero', never)).rejects.toMatchObject({
      code: 'URI_FORBIDDEN',
    });
  });
});
