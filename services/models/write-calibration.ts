import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type LoadedBundle, loadBundle } from './load.js';
import { type BundleManifest, MANIFEST_FILE, parseManifest } from './manifest.js';
import { writeAside } from './write-aside.js';

/**
 * Gives a bundle another calibration; its id, and with it the galleries it made, stay as they are.
 * Throws BUNDLE_INVALID for one that is none, STORE_FAILED where the folder cannot be written.
 */
export async function writeCalibration(
  { folder }: LoadedBundle,
  calibration: BundleManifest['calibration'],
): Promise<LoadedBundle> {
  const file = path.join(folder, MANIFEST_FILE);
  const manifest = parseManifest(await readFile(file, 'utf8'), file);
  const text = `${JSON.stringify({ ...manifest, calibration }, null, 2)}\n`;
  parseManifest(text, file);
  await writeAside(file, [Buffer.from(text)]);
  return loadBundle(folder);
}
