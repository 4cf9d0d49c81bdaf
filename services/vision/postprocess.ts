import type { Postprocess } from '../core/vectors.js';
import type { BundleManifest } from '../models/manifest.js';

/** A manifest's post-processing with its mean as an array to compute with. */
export function postprocessOf({ postprocess }: BundleManifest): Postprocess {
  const { mean, lift } = postprocess;
  return { mean: mean === null ? null : Float32Array.from(mean), lift };
}
