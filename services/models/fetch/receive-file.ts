import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ClipidError } from '../../core/errors.js';
import { bundleInvalid } from '../invalid.js';
import { readModel } from '../onnx/read-model.js';
import { partName } from '../write-aside.js';
import { writingError } from './fetch-errors.js';
import type { OpenedFile } from './source.js';

const REMEDY = 'Give a location with the file that the manifest means; nothing was kept.';

/** What is to be written where, and what its bytes must be. */
export interface WantedFile {
  /** Absolute. */
  readonly path: string;
  /** The manifest's field and its sum. */
  readonly field: string;
  readonly sha256: string;
  /** Reading ends with LIMIT_EXCEEDED above it. */
  readonly maxBytes: number;
  /** Says in the error where that bound is from: `maxFileBytes`. */
  readonly limit: string;
}

/**
 * Writes what is read to a file beside the wanted one, and gives it its name once its sum is right and
 * it reads as an ONNX model. After any failure nothing of it is left. Throws BUNDLE_INVALID naming
 * the file and both sums, LIMIT_EXCEEDED, STORE_FAILED and what the source throws.
 */
export async function receiveFile(
  wanted: WantedFile,
  from: () => Promise<OpenedFile>,
  onBytes: (count: number) => void = () => undefined,
): Promise<void> {
  const aside = partName(wanted.path);
  try {
    await mkdir(path.dirname(wanted.path), { recursive: true });
    const found = await saveAside(aside, wanted, await from(), onBytes);
    if (found !== wanted.sha256) throw wrongSum(wanted, found);
    readModel(await readFile(aside), wanted.path);
    await rename(aside, wanted.path);
  } catch (error) {
    throw writingError(wanted.path, error);
  } finally {
    await rm(aside, { force: true });
  }
}

/** The sha256 of what was written. */
async function saveAside(
  aside: string,
  wanted: WantedFile,
  opened: OpenedFile,
  onBytes: (count: number) => void,
): Promise<string> {
  try {
    if ((opened.sizeBytes ?? 0) > wanted.maxBytes) throw tooLarge(wanted);
    const handle = await open(aside, 'wx');
    try {
      return await copyBytes(opened.body, handle, wanted, onBytes);
    } finally {
      await handle.close();
    }
  } finally {
    opened.close();
  }
}

async function copyBytes(
  body: AsyncIterable<Uint8Array>,
  handle: FileHandle,
  wanted: WantedFile,
  onBytes: (count: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  let total = 0;
  for await (const part of body) {
    total += part.length;
    if (total > wanted.maxBytes) throw tooLarge(wanted);
    hash.update(part);
    await handle.writeFile(part);
    onBytes(total);
  }
  await handle.sync();
  return hash.digest('hex');
}

function wrongSum({ path: file, field, sha256 }: WantedFile, found: string): ClipidError {
  const problem = `is ${sha256}, the fetched file's is ${found}`;
  return bundleInvalid(file, `${field}.sha256`, problem, REMEDY);
}

function tooLarge({ path: file, maxBytes, limit }: WantedFile): ClipidError {
  const message = `${file} is larger than the limit ${limit} of ${maxBytes} bytes.`;
  const details = { file, limit, bound: String(maxBytes), unit: 'bytes' };
  return new ClipidError('LIMIT_EXCEEDED', message, { field: limit, details });
}
