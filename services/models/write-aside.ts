import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

const SUFFIX = '.part';
/** A file's content, whole or in pieces: what is large need not be joined first. */
export type Bytes = Uint8Array | Iterable<Uint8Array>;

const LEFT_OVER_MS = 3_600_000;

/**
 * Writes a file under another name, then renames it: a reader sees the old bytes or the new ones,
 * never half, and of two writers the last one stays.
 */
export async function writeAside(file: string, bytes: Bytes): Promise<void> {
  const aside = partName(file);
  try {
    await writeDurably(aside, bytes);
    await rename(aside, file);
  } finally {
    await rm(aside, { force: true });
  }
}

/** Where a file is written before it is renamed; what is left of a killed writer is found by it. */
export function partName(file: string): string {
  return `${file}.${randomUUID()}${SUFFIX}`;
}

/** Removes what a writer that was killed left behind, once no live one can still be at it. */
export async function removeLeftOvers(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names.filter((candidate) => candidate.endsWith(SUFFIX))) {
    const file = path.join(folder, name);
    const modifiedMs = await stat(file).then(
      (found) => found.mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - modifiedMs > LEFT_OVER_MS) await rm(file, { force: true });
  }
}

async function writeDurably(file: string, bytes: Bytes): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await writeFile(handle, bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
