import { open, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ClipidError } from '../core/errors.js';

/** The API's limit for an image that is sent along. */
const MAX_IMAGE_BYTES = 16_000_000;
const HEAD_BYTES = 16;

/** What a person named on the command line, as the API takes it. */
export type Source =
  | { readonly $case: 'image'; readonly image: Buffer }
  | { readonly $case: 'uri'; readonly uri: string };

/** Whether the argument is a uri rather than a path. */
export function isUri(argument: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(argument);
}

/** The uri of an argument that is a uri already or a local path. */
export function uriOf(argument: string): string {
  return isUri(argument) ? argument : pathToFileURL(resolve(argument)).href;
}

/**
 * Images are sent as bytes, so that a server on another machine gets them; clips by their uri, which
 * the server must be able and allowed to read. Throws CLIP_UNREACHABLE, LIMIT_EXCEEDED.
 */
export async function readSource(argument: string): Promise<Source> {
  if (isUri(argument)) return { $case: 'uri', uri: argument };
  const sizeBytes = await sizeOf(argument);
  if (!isImage(await headOf(argument))) return { $case: 'uri', uri: uriOf(argument) };
  if (sizeBytes > MAX_IMAGE_BYTES) {
    const message = `${argument} has ${sizeBytes} bytes; an image may have ${MAX_IMAGE_BYTES}. Make it smaller.`;
    throw new ClipidError('LIMIT_EXCEEDED', message);
  }
  return { $case: 'image', image: await readFile(argument) };
}

/** Size of a file in bytes. Throws CLIP_UNREACHABLE for what is not there or not a file. */
export async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreachable(path, error);
  });
  if (!found.isFile()) throw new ClipidError('CLIP_UNREACHABLE', `${path} is not a file.`);
  return found.size;
}

/** A file system error in the words of a person. */
export function unreachable(path: string, error: unknown): ClipidError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  const why = { ENOENT: 'there is no such file', EACCES: 'reading it is not permitted' }[code];
  return new ClipidError('CLIP_UNREACHABLE', `${path}: ${why ?? code}.`, { cause: error });
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path).catch((error: unknown) => {
    throw unreachable(path, error);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Told by its first bytes, not by its name: JPEG, PNG, GIF, BMP, TIFF, WebP, AVIF, HEIC. */
export function isImage(head: Buffer): boolean {
  const text = head.toString('latin1');
  if (/^(\xff\xd8\xff|\x89PNG|GIF8|BM|II\*\0|MM\0\*)/.test(text)) return true;
  if (text.startsWith('RIFF')) return text.slice(8, 12) === 'WEBP';
  return text.slice(4, 8) === 'ftyp' && /^(avif|heic|heix|mif1)/.test(text.slice(8, 12));
}
