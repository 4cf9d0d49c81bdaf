import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { bundleIdOf } from './bundle-id.js';
import { bundleInvalid } from './invalid.js';
import {
  type BundleFile,
  type BundleManifest,
  MANIFEST_FILE,
  PREPARE_AGAIN,
  manifestFiles,
  parseManifest,
} from './manifest.js';

const MAX_MANIFEST_BYTES = 1_048_576;

/** A bundle whose every file is what its manifest says. */
export interface LoadedBundle {
  readonly manifest: BundleManifest;
  readonly bundleId: string;
  /** Absolute. */
  readonly paths: {
    /** In the order of `manifest.detector.graphs`. */
    readonly detectors: readonly string[];
    readonly landmarks: string;
    readonly embedder: string;
  };
}

/**
 * Reads and checks the bundle in `folder`: the manifest's fields, then the sha256 of every file.
 * Throws BUNDLE_INVALID naming the file, the field and what to do.
 */
export async function loadBundle(folder: string): Promise<LoadedBundle> {
  const root = path.resolve(folder);
  const manifest = await readManifest(path.join(root, MANIFEST_FILE));
  for (const entry of manifestFiles(manifest)) await checkFile(root, entry);
  const at = ({ file }: BundleFile) => path.join(root, file);
  return {
    manifest,
    bundleId: bundleIdOf(manifest),
    paths: {
      detectors: manifest.detector.graphs.map(at),
      landmarks: at(manifest.landmarks),
      embedder: at(manifest.embedder),
    },
  };
}

async function readManifest(file: string): Promise<BundleManifest> {
  const { size } = await readOrExplain(file, 'the file', () => stat(file));
  if (size > MAX_MANIFEST_BYTES) {
    throw bundleInvalid(file, 'the file', `is above ${MAX_MANIFEST_BYTES} bytes`, PREPARE_AGAIN);
  }
  return parseManifest(await readOrExplain(file, 'the file', () => readFile(file, 'utf8')), file);
}

async function checkFile(root: string, entry: BundleFile & { field: string }): Promise<void> {
  const file = path.join(root, entry.file);
  const field = `${entry.field}.sha256`;
  const found = await readOrExplain(file, field, () => sha256OfFile(file));
  if (found === entry.sha256) return;
  throw bundleInvalid(file, field, `is ${entry.sha256}, the file's is ${found}`, PREPARE_AGAIN);
}

async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1_048_576 }), hash);
  return hash.digest('hex');
}

async function readOrExplain<T>(file: string, field: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw bundleInvalid(
      file,
      field,
      'cannot be checked: the file cannot be read',
      PREPARE_AGAIN,
      error,
    );
  }
}
