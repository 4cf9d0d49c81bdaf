import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const GENERATED = 'services/gen';

/** Every file of a folder by its path in it. */
async function contentOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const read = paths.map(
    async (path) => [path.slice(folder.length), await readFile(path, 'utf8')] as const,
  );
  return new Map(await Promise.all(read));
}

it('services/gen is what the .proto files say', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clipid-gen-'));
  try {
    const env = { ...process.env, PATH: `node_modules/.bin:${process.env['PATH'] ?? ''}` };
    await promisify(execFile)('buf', ['generate', '--output', folder], { env });
    expect(await contentOf(join(folder, GENERATED))).toEqual(await contentOf(GENERATED));
  } finally {
    await rm(folder, { recursive: true });
  }
});
