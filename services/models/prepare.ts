import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ClipidError } from '../core/errors.js';
import { bundleIdOf } from './bundle-id.js';
import { DEFAULT_FILES, buildDefaultFiles, defaultManifest, sha256Hex } from './default-bundle.js';
import { type FaceApiPackage, findFaceApi } from './face-api/package.js';
import { type LoadedBundle, loadBundle } from './load.js';
import { type BundleManifest, MANIFEST_FILE, manifestFiles } from './manifest.js';
import { removeLeftOvers, writeAside } from './write-aside.js';

/** How far the preparation is; `done` counts from 1 to `total`. */
export interface PrepareProgress {
  /** The file that was just written. */
  readonly file: string;
  readonly done: number;
  readonly total: number;
}

/**
 * The default bundle in `folder`: what is there when it is intact and current, otherwise built from
 * the installed npm package (about two seconds and 90 MB). Several processes may do it at once: each
 * file appears whole, with bytes that are the same whoever wrote it, and the manifest comes last.
 * Throws BUNDLE_INVALID when the package is absent or damaged, STORE_FAILED when `folder` cannot be
 * written.
 */
export async function prepareDefaultBundle(
  folder: string,
  options: { readonly onProgress?: (progress: PrepareProgress) => void } = {},
): Promise<LoadedBundle> {
  const source = await findFaceApi();
  const present = await currentBundle(folder, source);
  if (present !== undefined) return present;
  await writing(folder, async () => {
    await mkdir(folder, { recursive: true });
    await removeLeftOvers(folder);
  });
  await writeBundle(folder, source, options.onProgress ?? (() => undefined));
  return loadBundle(folder);
}

async function writeBundle(
  folder: string,
  source: FaceApiPackage,
  onProgress: (progress: PrepareProgress) => void,
): Promise<void> {
  const total = DEFAULT_FILES.length + 1;
  const shas = new Map<string, string>();
  for await (const { file, bytes } of buildDefaultFiles(source)) {
    await writing(folder, () => writeAside(path.join(folder, file), bytes));
    shas.set(file, sha256Hex(bytes));
    onProgress({ file, done: shas.size, total });
  }
  const manifest = defaultManifest(source, (file) => shas.get(file) ?? '');
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await writing(folder, () => writeAside(path.join(folder, MANIFEST_FILE), Buffer.from(text)));
  onProgress({ file: MANIFEST_FILE, done: total, total });
}

/** The bundle in `folder` if it is intact and what this version of the program would build. */
async function currentBundle(
  folder: string,
  source: FaceApiPackage,
): Promise<LoadedBundle | undefined> {
  try {
    const bundle = await loadBundle(folder);
    return isCurrent(bundle.manifest, source) ? bundle : undefined;
  } catch (error) {
    if (error instanceof ClipidError && error.code === 'BUNDLE_INVALID') return undefined;
    throw error;
  }
}

function isCurrent(manifest: BundleManifest, source: FaceApiPackage): boolean {
  const shas = new Map(manifestFiles(manifest).map(({ file, sha256 }) => [file, sha256]));
  const wanted = defaultManifest(source, (file) => shas.get(file) ?? '');
  const sameCalibration =
    JSON.stringify(wanted.calibration) === JSON.stringify(manifest.calibration);
  return sameCalibration && bundleIdOf(wanted) === bundleIdOf(manifest);
}

/** A step that writes to `folder`; the file system's errors come out as STORE_FAILED. */
async function writing(folder: string, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClipidError('STORE_FAILED', `The model bundle cannot be written: ${reason}`, {
      details: { folder },
      cause: error,
    });
  }
}
