import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import type { BundleManifest } from './manifest.js';

const DIGITS = 12;

/**
 * Names everything that shapes a bundle's vectors: `<name>-<version>-<12 hexadecimal digits>`, the
 * digits over the manifest without its calibration. A new threshold leaves the id as it is.
 */
export function bundleIdOf(manifest: BundleManifest): string {
  const shaping = Object.fromEntries(
    Object.entries(manifest).filter(([field]) => field !== 'calibration'),
  );
  const digest = createHash('sha256').update(canonicalJson(shaping)).digest('hex');
  return `${manifest.name}-${manifest.version}-${digest.slice(0, DIGITS)}`;
}
