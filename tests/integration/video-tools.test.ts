import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createVideo } from '../../services/video/create-video.js';
import { findTools } from '../../services/video/tools.js';

describe('finding ffmpeg', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'clipid-test-'));
    for (const name of ['ffmpeg', 'ffprobe']) {
      script(name, `#!/bin/sh\necho "${name} version 9.9-test Copyright"\n`);
    }
    script('broken', '#!/bin/sh\nexit 1\n');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => vi.unstubAllEnvs());

  function script(name: string, content: string): void {
    writeFileSync(join(folder, name), content);
    chmodSync(join(folder, name), 0o755);
  }

  it("takes the machine's own before the npm package's", async () => {
    vi.stubEnv('PATH', folder);
    const tools = await findTools();
    const path = join(folder, 'ffmpeg');
    expect(tools.ffmpeg).toEqual({ path, version: '9.9-test', source: 'system' });
    expect(tools.ffprobe.source).toBe('system');
    expect(tools.notices).toEqual([]);
  });

  it("takes the npm package's when the machine has none, and says so", async () => {
    vi.stubEnv('PATH', join(folder, 'empty'));
    const tools = await findTools();
    expect(tools.ffmpeg.source).toBe('bundled');
    expect(statSync(tools.ffmpeg.path).mode & 0o100).toBe(0o100);
    expect(tools.notices).toHaveLength(2);
    expect(tools.notices[0]).toMatch(
      /^ffmpeg is not installed on this machine; using .* npm package/,
    );
  });

  it('takes what is configured before all others', async () => {
    const ffmpegPath = join(folder, 'ffmpeg');
    const { ffmpeg } = await findTools({ ffmpegPath });
    expect(ffmpeg).toEqual({ path: ffmpegPath, version: '9.9-test', source: 'configured' });
  });

  it.each(['broken', 'missing', 'ffprobe'])(
    'takes no other when the configured one is %s',
    async (name) => {
      const finding = findTools({ ffmpegPath: join(folder, name) });
      await expect(finding).rejects.toMatchObject({ code: 'TOOL_MISSING', field: 'ffmpegPath' });
    },
  );

  it('is what a process starts with', async () => {
    const policy = { allowedFolders: [folder], allowedHosts: [], maxBytes: 1e6 };
    const video = await createVideo({ policy });
    const clip = await video.fetcher.fetch(join(folder, 'broken'), new AbortController().signal);
    const probing = video.decoder.probe(clip, new AbortController().signal);
    await expect(probing).rejects.toMatchObject({ code: 'CLIP_UNREADABLE' });
  });
});
