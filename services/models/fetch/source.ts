import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromInvalid, unreachable, withErrors } from './fetch-errors.js';
import type { FetchLimits } from './fetch-limits.js';
import { HttpSource } from './http-source.js';

/** A file that is about to be read; to be closed in any case. */
export interface OpenedFile {
  /** Throws our errors only. */
  readonly body: AsyncIterable<Uint8Array>;
  /** As announced; null where it is not. */
  readonly sizeBytes: number | null;
  close(): void;
}

/** A place that the operator named, with a bundle's files in it. */
export interface FileSource {
  /**
   * Opens `<place>/<file>`; `file` is a relative path that was checked. Throws FIELD_INVALID where it is
   * not there, URI_FORBIDDEN for a redirect, UNAVAILABLE.
   */
  open(file: string, signal: AbortSignal): Promise<OpenedFile>;
}

/**
 * The place that `from` names: a folder's path, or a file://, http:// or https:// address that file
 * names are put behind. Throws FIELD_INVALID; no error shows a password or a query.
 */
export function sourceOf(from: string, limits: FetchLimits): FileSource {
  if (from === '' || /\p{Cc}/u.test(from)) {
    throw fromInvalid('The location must be a folder or an address without control characters.');
  }
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(from)) return new FolderSource(path.resolve(from));
  const url = URL.canParse(from) ? new URL(from) : undefined;
  if (url?.protocol === 'file:') return new FolderSource(folderOf(url));
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return new HttpSource(url, limits);
  throw fromInvalid(
    'The location must be a folder, or an address of file://, http:// or https://.',
  );
}

/** Files in a folder of this machine. */
export class FolderSource implements FileSource {
  constructor(private readonly folder: string) {}

  async open(file: string, signal: AbortSignal): Promise<OpenedFile> {
    const at = path.join(this.folder, file);
    const found = await stat(at).catch((error: unknown) => {
      throw missing(at, error);
    });
    if (!found.isFile()) throw fromInvalid(`${at} is not a file.`);
    const stream = createReadStream(at, { highWaterMark: 1_048_576, signal });
    const body = withErrors<Buffer>(stream, (error) => missing(at, error));
    return { body, sizeBytes: found.size, close: () => void stream.destroy() };
  }
}

function folderOf(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw fromInvalid('The file:// address must name a folder of this machine.');
  }
}

function missing(at: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return fromInvalid(`${at} is not there. Put the file there, or give another location.`);
  }
  return unreachable(`${at} cannot be read (${code}).`, error);
}
