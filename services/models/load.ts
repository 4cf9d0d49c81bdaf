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
  type DetectorGraph,
  MANIFEST_FILE,
  PREPARE_AGAIN,
  manifestFiles,
  parseManifest,
} from './manifest.js';

const MAX_MANIFEST_BYTES = 1_048_576;

type WithInt8 = Pick<DetectorGraph, 'int8'>;

/** A bundle whose every file is what its manifest says. */
export interface LoadedBundle {
  readonly manifest: BundleManifest;
  readonly bundleId: string;
  /** Absolute. */
  readonly folder: string;
  /** Absolute. */
  readonly paths: {
    /** In the order of `manifest.detector.graphs`. */
    readonly detectors: readonly string[];
    /** The same networks in 8 bits; null where the bundle has none. */
    readonly detectorsInt8: readonly (string | null)[];
    /** Null where the bundle has none. */
    readonly landmarks: string | null;
    readonly embedder: string;
    readonly embedderInt8: string | null;
    readonly quality: string | null;
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
  const at = ({ file }: { readonly file: string }) => path.join(root, file);
  const int8At = ({ int8 }: WithInt8) => (int8 ? at(int8) : null);
  return {
    manifest,
    bundleId: bundleIdOf(manifest),
    folder: root,
    paths: {
      detectors: manifest.detector.graphs.map(at),
      detectorsInt8: manifest.detector.graphs.map(int8At),
      landmarks: manifest.landmarks ? at(manifest.landmarks) : null,
      embedder: at(manifest.embedder),
      embedderInt8: int8At(manifest.embedder),
      quality: manifest.quality.kind === 'network' ? at(manifest.quality) : null,
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

/** In 64 hexadecimal digits. */
export async function sha256OfFile(file: string): Promise<string> {
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
