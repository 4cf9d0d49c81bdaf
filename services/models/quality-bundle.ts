import path from 'node:path';
import type { LoadedBundle } from './load.js';
import { type BundleManifest, type QualityPart, manifestFiles } from './manifest.js';
import type { NetworkWeights } from './paper-bundle.js';
import { qualityNetPart } from './polyface/bundle-parts.js';
import { FACE_PX } from './polyface/face-input.js';
import { buildQualityNet } from './polyface/quality-graph.js';
import { type NewFile, type WriteProgress, writeBundle } from './write-bundle.js';

export const QUALITY_NET_FILE = 'quality.onnx';

export interface QualityBundle {
  /** Of the manifest. */
  readonly name: string;
  readonly version: string;
  readonly quality: NetworkWeights;
  /** Everything else is its. */
  readonly base: LoadedBundle;
  readonly out: string;
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined;
}

/**
 * Writes `base` with another quality net. Throws BUNDLE_INVALID where weights do not fit (then the
 * folder has no manifest and is no bundle), STORE_FAILED.
 */
export function buildQualityBundle(bundle: QualityBundle): Promise<LoadedBundle> {
  const { out, quality, base, onProgress } = bundle;
  const bytes = buildQualityNet(quality.parameters, { precision: 'fp32' });
  const files: NewFile[] = [{ file: QUALITY_NET_FILE, bytes }, ...otherFiles(base)];
  return writeBundle(path.resolve(out), {
    fileCount: files.length,
    files,
    manifest: (shaOf) => manifestOf(bundle, shaOf(QUALITY_NET_FILE)),
    onProgress,
  });
}

/** A quality net that sees faces in the framing it was trained on, whatever the embedder's is. */
export function framedQualityNet(
  sha256: string,
  { origin, trained, leastSpan }: Omit<NetworkWeights, 'parameters'>,
): QualityPart {
  return {
    ...qualityNetPart({ file: QUALITY_NET_FILE, sha256, origin, trained, leastSpan }),
    aligner: { kind: 'similarity-5-points', sizePx: FACE_PX, pointsPx: 'arcface-112' },
  };
}

function manifestOf(
  { base, name, version, quality }: QualityBundle,
  sha256: string,
): BundleManifest {
  return { ...base.manifest, name, version, quality: framedQualityNet(sha256, quality) };
}

function otherFiles({ manifest, folder }: LoadedBundle): NewFile[] {
  return manifestFiles(manifest)
    .filter(({ field }) => field !== 'quality')
    .map(({ file }) => ({ file, copyOf: path.join(folder, file) }));
}
