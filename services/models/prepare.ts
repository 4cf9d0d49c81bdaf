import { ClipidError } from '../core/errors.js';
import { bundleIdOf } from './bundle-id.js';
import { DEFAULT_FILES, buildDefaultFiles, defaultManifest } from './default-bundle.js';
import { type FaceApiPackage, findFaceApi } from './face-api/package.js';
import { type LoadedBundle, loadBundle } from './load.js';
import { type BundleManifest, manifestFiles } from './manifest.js';
import { type WriteProgress, writeBundle } from './write-bundle.js';

/**
 * The default bundle in `folder`: what is there when it is intact and current, otherwise built from
 * the installed npm package (about two seconds and 90 MB). Several processes may do it at once: each
 * file appears whole, with bytes that are the same whoever wrote it, and the manifest comes last.
 * Throws BUNDLE_INVALID when the package is absent or damaged, STORE_FAILED when `folder` cannot be
 * written.
 */
export async function prepareDefaultBundle(
  folder: string,
  options: { readonly onProgress?: (progress: WriteProgress) => void } = {},
): Promise<LoadedBundle> {
  const source = await findFaceApi();
  const present = await currentBundle(folder, source);
  if (present !== undefined) return present;
  return writeBundle(folder, {
    fileCount: DEFAULT_FILES.length,
    files: buildDefaultFiles(source),
    manifest: (shaOf) => defaultManifest(source, shaOf),
    onProgress: options.onProgress,
  });
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
    manifest.calibration.isOwn === true ||
    JSON.stringify(wanted.calibration) === JSON.stringify(manifest.calibration);
  return sameCalibration && bundleIdOf(wanted) === bundleIdOf(manifest);
}
