import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * The id of a clip that is a local file: the same bytes are the same clip, wherever they lie.
 * Reads the whole file as a stream. Throws what the file system throws, and AbortError.
 */
export async function clipIdOfFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { signal });
  return `clip-${hash.digest('hex').slice(0, 24)}`;
}

/** Without an id of its own the same uri is the same clip. */
export function clipIdOfUri(uri: string): string {
  return `clip-${createHash('sha256').update(uri).digest('hex').slice(0, 24)}`;
}
