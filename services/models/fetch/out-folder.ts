import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ClipidError } from '../../core/errors.js';
import { bundleIdOf } from '../bundle-id.js';
import { bundleInvalid } from '../invalid.js';
import {
  type BundleManifest,
  MANIFEST_FILE,
  PREPARE_AGAIN,
  manifestFiles,
  parseManifest,
} from '../manifest.js';

const MAX_MANIFEST_BYTES = 1_048_576;

/**
 * Whether the manifest of this very bundle is in `folder` already. Throws ALREADY_EXISTS where the
 * folder holds another bundle, or anything that is no part of this one: nothing is ever overwritten
 * that did not come from here. BUNDLE_INVALID for a manifest that cannot be read.
 */
export async function holdsManifest(folder: string, wanted: BundleManifest): Promise<boolean> {
  const names = await namesIn(folder);
  if (names.includes(MANIFEST_FILE)) {
    await checkSame(path.join(folder, MANIFEST_FILE), wanted);
    return true;
  }
  const own = new Set(manifestFiles(wanted).map(({ file }) => file.split('/')[0]));
  const foreign = names.find((name) => !own.has(name) && !name.endsWith('.part'));
  if (foreign === undefined) return false;
  throw taken(folder, `it holds ${foreign}, which is no part of ${wanted.name}`);
}

async function checkSame(file: string, wanted: BundleManifest): Promise<void> {
  if ((await stat(file)).size > MAX_MANIFEST_BYTES) {
    throw bundleInvalid(file, 'the file', `is above ${MAX_MANIFEST_BYTES} bytes`, PREPARE_AGAIN);
  }
  const present = bundleIdOf(parseManifest(await readFile(file, 'utf8'), file));
  if (present === bundleIdOf(wanted)) return;
  throw taken(path.dirname(file), `it holds the bundle ${present}, not ${bundleIdOf(wanted)}`);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT') return [];
    throw taken(folder, `it cannot be read as a folder (${code})`);
  }
}

function taken(folder: string, because: string): ClipidError {
  return new ClipidError(
    'ALREADY_EXISTS',
    `${folder} cannot take the bundle: ${because}. Give an empty folder.`,
    { field: 'out', details: { folder } },
  );
}
