import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lifecycle } from '../lifecycle.js';

const PREFIX = 'clipid-extract-';
/** Of this process, which may run several services. */
const inUse = new Set<string>();

/**
 * A folder for clips in work that only this user can read; it goes with the process. What killed
 * processes of this user left behind are pictures of people: it goes at the next start.
 */
export async function privateTemporaryFolder(lifecycle: Lifecycle): Promise<string> {
  await removeLeftOvers();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  inUse.add(folder);
  return lifecycle.add('temporary folder', folder, async (path) => {
    inUse.delete(path);
    await rm(path, { recursive: true, force: true });
  });
}

async function removeLeftOvers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1] ?? Number.NaN);
    // In a container every process may have the same number: one with ours is not alive any more.
    const path = join(tmpdir(), name);
    if (Number.isNaN(pid) || inUse.has(path) || (pid !== process.pid && isAlive(pid))) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
