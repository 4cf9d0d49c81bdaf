import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ClipidError } from '../../core/errors.js';
import { type LoadedBundle, loadBundle, sha256OfFile } from '../load.js';
import { type BundleFile, type BundleManifest, MANIFEST_FILE, manifestFiles } from '../manifest.js';
import { findReady } from '../ready/list-ready.js';
import { type ReadyBundle, sealManifest } from '../ready/ready-bundle.js';
import { removeLeftOvers, writeAside } from '../write-aside.js';
import { abortError, writingError } from './fetch-errors.js';
import { DEFAULT_FETCH_LIMITS, type FetchLimits } from './fetch-limits.js';
import { holdsManifest } from './out-folder.js';
import { receiveFile } from './receive-file.js';
import { type FileSource, sourceOf } from './source.js';

/** How far the fetching is. */
export interface FetchProgress {
  readonly file: string;
  /** The file's place among the bundle's, from 1. */
  readonly index: number;
  readonly total: number;
  readonly receivedBytes: number;
  /** Null where the manifest does not state it. */
  readonly sizeBytes: number | null;
}

export interface FetchOptions {
  /** Where the operator keeps the files: a folder, or a file://, http:// or https:// address. */
  readonly from: string;
  /** Folder of the bundle; absent, empty, or with files of this bundle. */
  readonly out: string;
  /** Sums by file name, for files that are published without one. */
  readonly sha256?: ReadonlyMap<string, string>;
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<FetchLimits>;
}

/**
 * A ready bundle in `out`: its files from `from`, each checked before it gets its name, the manifest
 * last. Files that are there and right are not fetched again. Throws FIELD_INVALID, BUNDLE_INVALID
 * naming the file and both sums, LIMIT_EXCEEDED, URI_FORBIDDEN, UNAVAILABLE, DEADLINE_EXCEEDED,
 * ALREADY_EXISTS, STORE_FAILED, CANCELLED; half a file is never left behind.
 */
export async function fetchBundle(name: string, options: FetchOptions): Promise<LoadedBundle> {
  return await fetchReady(findReady(name), options);
}

/** As `fetchBundle`, for a bundle that is not in the list. */
export async function fetchReady(ready: ReadyBundle, options: FetchOptions): Promise<LoadedBundle> {
  const limits = { ...DEFAULT_FETCH_LIMITS, ...options.limits };
  const manifest = sealManifest(ready, options.sha256);
  const source = sourceOf(options.from, limits);
  const folder = path.resolve(options.out);
  const known = await holdsManifest(folder, manifest);
  await prepareFolder(folder);
  await fetchFiles(source, folder, manifest, { ...options, limits, sizes: ready.sizesBytes });
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  // One that is there may have thresholds of the operator's own.
  if (!known) await writeManifest(path.join(folder, MANIFEST_FILE), text);
  return loadBundle(folder);
}

/** One after the other, so that a slow line is not shared. */
async function fetchFiles(
  source: FileSource,
  folder: string,
  manifest: BundleManifest,
  { limits, sizes, signal, onProgress }: FetchOptions & FilesOptions,
): Promise<void> {
  const files = [...new Map(manifestFiles(manifest).map((one) => [one.file, one])).values()];
  for (const [i, one] of files.entries()) {
    const sizeBytes = sizes[one.file] ?? null;
    const place = { file: one.file, index: i + 1, total: files.length, sizeBytes };
    await fetchOne(source, { ...one, folder, sizeBytes, limits, signal }, (receivedBytes) =>
      onProgress?.({ ...place, receivedBytes }),
    );
  }
}

interface FilesOptions {
  readonly limits: FetchLimits;
  readonly sizes: ReadyBundle['sizesBytes'];
}

interface FileJob extends BundleFile {
  readonly field: string;
  readonly folder: string;
  readonly sizeBytes: number | null;
  readonly limits: FetchLimits;
  readonly signal: AbortSignal | undefined;
}

async function fetchOne(
  source: FileSource,
  { file, field, sha256, folder, sizeBytes, limits, signal }: FileJob,
  onBytes: (count: number) => void,
): Promise<void> {
  const at = path.join(folder, file);
  const late = AbortSignal.timeout(limits.fileTimeoutMs);
  const both = AbortSignal.any(signal === undefined ? [late] : [signal, late]);
  const maxBytes = sizeBytes ?? limits.maxFileBytes;
  const limit = sizeBytes === null ? 'maxFileBytes' : "manifest's size";
  try {
    both.throwIfAborted();
    const present = await sha256OfFile(at).catch(() => null);
    if (present === sha256) return;
    const wanted = { path: at, field, sha256, maxBytes, limit };
    await receiveFile(wanted, () => source.open(file, both), onBytes);
  } catch (error) {
    if (signal?.aborted) throw abortError(signal);
    if (late.aborted) throw tooSlow(file, limits.fileTimeoutMs);
    throw error;
  }
}

async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await removeLeftOvers(folder);
  } catch (error) {
    throw writingError(folder, error);
  }
}

async function writeManifest(file: string, text: string): Promise<void> {
  try {
    await writeAside(file, Buffer.from(text));
  } catch (error) {
    throw writingError(file, error);
  }
}

function tooSlow(file: string, limitMs: number): ClipidError {
  const message = `Fetching ${file} took longer than the limit fileTimeoutMs of ${limitMs} ms.`;
  return new ClipidError('DEADLINE_EXCEEDED', message, { field: 'from' });
}
