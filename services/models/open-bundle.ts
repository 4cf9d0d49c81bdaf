import path from 'node:path';
import { ClipidError } from '../core/errors.js';
import { type LoadedBundle, loadBundle } from './load.js';
import { untrainedParts } from './manifest.js';
import { prepareDefaultBundle } from './prepare.js';
import type { WriteProgress } from './write-bundle.js';

/** The bundle that is built from an npm package where it is missing. */
export const DEFAULT_BUNDLE = 'default';

/** Which bundle is meant: its name in the models folder, or a folder of its own (with a slash). */
export interface BundleChoice {
  /** Folder that holds bundles by their names. */
  readonly models: string;
  readonly bundle: string;
}

/** `default` -> `<models>/default`; `./mine` -> that folder. */
export function bundleFolder({ models, bundle }: BundleChoice): string {
  const isPath = bundle.includes('/') || bundle.includes(path.sep);
  return isPath ? path.resolve(bundle) : path.join(path.resolve(models), bundle);
}

/**
 * Reads and checks the chosen bundle; only the default one is built where it is missing.
 * Throws BUNDLE_INVALID, STORE_FAILED.
 */
export function openBundle(
  choice: BundleChoice,
  options: { readonly onProgress?: (progress: WriteProgress) => void } = {},
): Promise<LoadedBundle> {
  const folder = bundleFolder(choice);
  return choice.bundle === DEFAULT_BUNDLE
    ? prepareDefaultBundle(folder, options)
    : loadBundle(folder);
}

/**
 * Throws BUNDLE_INVALID for weights that come from a seed, unless they are allowed: what they find is
 * chance, and must not be taken for people.
 */
export function refuseUntrained({ manifest, bundleId }: LoadedBundle, allowed: boolean): void {
  const parts = untrainedParts(manifest);
  if (allowed || parts.length === 0) return;
  throw new ClipidError(
    'BUNDLE_INVALID',
    `The bundle ${bundleId} is untrained (${parts.join(', ')}): its weights come from a seed, and what ` +
      'it finds is chance. Import trained weights (clipid models import --help), or allow it for ' +
      'trying things out with --allow-untrained.',
    { field: 'bundle' },
  );
}
