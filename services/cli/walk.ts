import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipidError } from '../core/errors.js';
import { isUri, unreachable } from './sources.js';

export interface WalkLimits {
  readonly files: number;
  readonly depth: number;
}
const LIMITS: WalkLimits = { files: 100_000, depth: 32 };

/**
 * The files and uris that the arguments name, folders walked: in order of name, without hidden
 * entries and without following links found inside (a link could lead in a circle). Throws
 * CLIP_UNREACHABLE for an argument that is not there, LIMIT_EXCEEDED past the limits.
 */
export async function clipsIn(
  args: readonly string[],
  limits: WalkLimits = LIMITS,
): Promise<string[]> {
  const found: string[] = [];
  for (const argument of args) {
    if (isUri(argument) || !(await isFolder(argument))) add(found, argument, limits);
    else await walk(argument, 1, found, limits);
  }
  return found;
}

/** An argument that is not there is not a folder: it becomes a failed clip of its own. */
async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function walk(
  folder: string,
  depth: number,
  found: string[],
  limits: WalkLimits,
): Promise<void> {
  if (depth > limits.depth) {
    throw new ClipidError('LIMIT_EXCEEDED', `${folder} is more than ${limits.depth} folders deep.`);
  }
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreachable(folder, error);
  });
  const shown = entries.filter((entry) => !entry.name.startsWith('.'));
  for (const entry of shown.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await walk(path, depth + 1, found, limits);
    else if (entry.isFile()) add(found, path, limits);
  }
}

function add(found: string[], path: string, limits: WalkLimits): void {
  if (found.length >= limits.files) {
    const message = `More than ${limits.files} files; name fewer folders at a time.`;
    throw new ClipidError('LIMIT_EXCEEDED', message);
  }
  found.push(path);
}
