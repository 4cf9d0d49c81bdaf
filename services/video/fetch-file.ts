import { realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { checkSize, forbidden, unreachable, type FetchPolicy } from './fetch-policy.js';
import type { LocalClip } from './port.js';

/**
 * A clip that is a file already. Throws URI_FORBIDDEN for a path that is outside the allowed folders,
 * by its text or after links are followed, and for what is no regular file; CLIP_UNREACHABLE,
 * CLIP_EMPTY, LIMIT_EXCEEDED.
 */
export async function fetchFile(path: string, policy: FetchPolicy): Promise<LocalClip> {
  const folders = await realFolders(policy);
  // Before the disk is touched, or the answer would tell which files exist elsewhere.
  if (!isInside(resolve(path), folders)) throw forbidden('This path is not allowed', policy);
  const real = await realpath(path).catch((cause: unknown) => {
    throw unreachable('The clip is not there.', { cause: withoutPath(cause) });
  });
  if (!isInside(real, folders)) throw forbidden('This path is not allowed', policy);
  return regularFile(real, policy);
}

/** The allowed folders as written and with their links followed. */
async function realFolders(policy: FetchPolicy): Promise<readonly string[] | 'any'> {
  if (policy.allowedFolders === 'any') return 'any';
  const both = policy.allowedFolders.map(async (folder) => {
    const written = resolve(folder);
    // A folder that is not mounted now allows nothing that could be there.
    return [written, await realpath(written).catch(() => written)];
  });
  return (await Promise.all(both)).flat();
}

function isInside(path: string, folders: readonly string[] | 'any'): boolean {
  if (folders === 'any') return true;
  return folders.some((folder) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep));
}

async function regularFile(path: string, policy: FetchPolicy): Promise<LocalClip> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw unreachable('The clip cannot be read.', { cause: withoutPath(cause) });
  });
  if (!facts.isFile()) throw forbidden('A clip must be a regular file', policy);
  checkSize(facts.size, policy);
  return { path, sizeBytes: facts.size, release: () => Promise.resolve() };
}

/** The file system's errors repeat the path; their code is enough. */
function withoutPath(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
}
