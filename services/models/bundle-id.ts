import { createHash } from 'node:crypto';
import type { Json } from '../core/types.js';
import { canonicalJson } from './canonical-json.js';
import { type BundleManifest, untrainedParts } from './manifest.js';

const DIGITS = 12;

/** Fields that leave the vectors as they are. */
const NOT_SHAPING = ['$schema', 'notice', 'calibration'];

/**
 * Names everything that shapes a bundle's vectors: `<name>-<version>-<12 hexadecimal digits>`, the
 * digits over the manifest without its calibration. A new threshold leaves the id as it is. A bundle
 * with weights from a seed ends in `-untrained`, so that everything that carries the id says so.
 */
export function bundleIdOf(manifest: BundleManifest): string {
  // What is undefined is not in a file either.
  const plain = JSON.parse(JSON.stringify(manifest)) as Record<string, Json>;
  const shaping = Object.fromEntries(
    Object.entries(plain).filter(([field]) => !NOT_SHAPING.includes(field)),
  );
  const digest = createHash('sha256').update(canonicalJson(shaping)).digest('hex');
  const suffix = untrainedParts(manifest).length > 0 ? '-untrained' : '';
  return `${manifest.name}-${manifest.version}-${digest.slice(0, DIGITS)}${suffix}`;
}
