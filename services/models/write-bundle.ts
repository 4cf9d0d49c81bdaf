import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ClipidError } from '../core/errors.js';
import { type LoadedBundle, loadBundle, sha256OfFile } from './load.js';
import { type BundleManifest, MANIFEST_FILE, parseManifest } from './manifest.js';
import { partName, removeLeftOvers, writeAside } from './write-aside.js';

const OF_A_BUNDLE = /\.(onnx|part)$/;

/** One file of a bundle that is being written: its bytes, or another file with the same. */
export type NewFile =
  | { readonly file: string; readonly bytes: Uint8Array }
  | { readonly file: string; readonly copyOf: string };

/** How far the writing is; `done` counts from 1 to `total`. */
export interface WriteProgress {
  /** The file that was just written. */
  readonly file: string;
  readonly done: number;
  readonly total: number;
}

export interface BundleToWrite {
  /** Number of `files`, for progress. */
  readonly fileCount: number;
  /** One after the other, so that only one graph is in memory. */
  readonly files: AsyncIterable<NewFile> | Iterable<NewFile>;
  /** `shaOf` gives the sha256 of a file that was written. */
  readonly manifest: (shaOf: (file: string) => string) => BundleManifest;
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined;
}

/**
 * Writes a bundle: each file appears whole (written aside, then renamed), the manifest last, so that a
 * folder with a manifest is a whole bundle. Checks it as any reader would.
 * Throws STORE_FAILED when the folder cannot be written, BUNDLE_INVALID when the manifest is wrong.
 */
export async function writeBundle(folder: string, bundle: BundleToWrite): Promise<LoadedBundle> {
  const total = bundle.fileCount + 1;
  const shas = new Map<string, string>();
  await writing(folder, async () => {
    await mkdir(folder, { recursive: true });
    await removeLeftOvers(folder);
  });
  for await (const entry of bundle.files) {
    shas.set(entry.file, await writing(folder, () => writeFile(folder, entry)));
    bundle.onProgress?.({ file: entry.file, done: shas.size, total });
  }
  await writeManifest(
    folder,
    bundle.manifest((file) => shas.get(file) ?? ''),
  );
  bundle.onProgress?.({ file: MANIFEST_FILE, done: total, total });
  return loadBundle(folder);
}

/** Throws FIELD_INVALID unless `folder` is empty, absent or holds a bundle that may be replaced. */
export async function requireFreeFolder(folder: string, force: boolean): Promise<void> {
  const names: string[] = await readdir(folder).catch(() => []);
  // A writer that was killed leaves graphs and no manifest.
  const isBundle = names.includes(MANIFEST_FILE) || names.every((name) => OF_A_BUNDLE.test(name));
  if (names.length === 0 || (force && isBundle)) return;
  const remedy = isBundle
    ? 'it holds a bundle, or a part of one; replace it with --force, or name another folder'
    : 'it holds other files; name an empty or a new folder';
  throw new ClipidError('FIELD_INVALID', `--out ${folder} is not empty: ${remedy}.`, {
    field: 'out',
  });
}

/** The manifest goes through the same door as one from elsewhere before it is written. */
async function writeManifest(folder: string, manifest: BundleManifest): Promise<void> {
  const file = path.join(folder, MANIFEST_FILE);
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  parseManifest(text, file);
  await writing(folder, () => writeAside(file, Buffer.from(text)));
}

/** The sha256 of what was written. */
async function writeFile(folder: string, entry: NewFile): Promise<string> {
  const target = path.join(folder, entry.file);
  await mkdir(path.dirname(target), { recursive: true });
  if ('bytes' in entry) {
    await writeAside(target, entry.bytes);
    return createHash('sha256').update(entry.bytes).digest('hex');
  }
  const aside = partName(target);
  try {
    await copyFile(entry.copyOf, aside);
    await rename(aside, target);
  } finally {
    await rm(aside, { force: true });
  }
  return sha256OfFile(target);
}

/** A step that writes to `folder`; the file system's errors come out as STORE_FAILED. */
async function writing<T>(folder: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof ClipidError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClipidError('STORE_FAILED', `The model bundle cannot be written: ${reason}`, {
      details: { folder },
      cause: error,
    });
  }
}
