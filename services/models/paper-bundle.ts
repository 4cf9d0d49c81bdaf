import path from 'node:path';
import type { LoadedBundle } from './load.js';
import { type BundleManifest, manifestFiles } from './manifest.js';
import type { Parameters } from './parameters.js';
import { polyFaceEmbedder, qualityNetPart } from './polyface/bundle-parts.js';
import { buildPolyFace } from './polyface/polyface-graph.js';
import { buildQualityNet } from './polyface/quality-graph.js';
import type { PolyFaceShape } from './polyface/shape.js';
import type { Precision } from './onnx/graph-builder.js';
import { type NewFile, type WriteProgress, writeBundle } from './write-bundle.js';

const EMBEDDER_FILE = 'polyface.onnx';
const QUALITY_FILE = 'quality.onnx';

/** The weights of one network and what is to be said of them. */
export interface NetworkWeights {
  readonly parameters: Parameters;
  /** False for weights from a seed. */
  readonly trained: boolean;
  /** `seed 1`, or the file that they were read from. */
  readonly origin: string;
  /** Of a quality net: the manifest's property of that name, where the weights were trained for one. */
  readonly leastSpan?: number | undefined;
}

export interface PaperBundle {
  readonly shape: PolyFaceShape;
  /** Of the manifest. */
  readonly name: string;
  readonly version: string;
  readonly polyface: NetworkWeights;
  /** Null for a bundle with the `heuristic` quality. */
  readonly quality: NetworkWeights | null;
  readonly mirror: BundleManifest['embedder']['mirror'];
  readonly precision: Precision;
  /** Its detector and landmarks are taken. */
  readonly base: LoadedBundle;
  readonly out: string;
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined;
}

/** Thresholds to begin with: nobody has measured these networks here. */
const UNMEASURED: BundleManifest['calibration'] = {
  matched: 0.5,
  uncertain: 0.4,
  note: 'Not measured: a point to start from. Calibrate on people of your own before relying on it.',
};

/**
 * Writes a PolyFace, and a quality net if there is one, as a bundle: the networks around the detector of `base`, faces
 * aligned to 112 x 112 by five points. Throws BUNDLE_INVALID where weights do not fit (then the
 * folder has no manifest and is no bundle), STORE_FAILED.
 */
export function buildPaperBundle(bundle: PaperBundle): Promise<LoadedBundle> {
  const copies = baseFiles(bundle.base);
  return writeBundle(path.resolve(bundle.out), {
    fileCount: copies.length + (bundle.quality === null ? 1 : 2),
    files: filesOf(bundle, copies),
    manifest: (shaOf) => manifestOf(bundle, shaOf),
    onProgress: bundle.onProgress,
  });
}

/** Both graphs first: weights that do not fit are found before anything is written. */
function* filesOf(bundle: PaperBundle, copies: readonly NewFile[]): Generator<NewFile> {
  const scorer = qualityFile(bundle);
  const { shape, polyface, mirror, precision } = bundle;
  const options = { mirror: mirror === 'graph', precision };
  const bytes = buildPolyFace(polyface.parameters, shape, options);
  yield { file: EMBEDDER_FILE, bytes };
  if (scorer !== null) yield scorer;
  yield* copies;
}

function qualityFile({ quality, precision }: PaperBundle): NewFile | null {
  if (quality === null) return null;
  const bytes = buildQualityNet(quality.parameters, { precision });
  return { file: QUALITY_FILE, bytes };
}

function manifestOf(bundle: PaperBundle, shaOf: (file: string) => string): BundleManifest {
  const { base, polyface, quality, mirror, shape } = bundle;
  const { detector, landmarks } = base.manifest;
  const fact = (file: string, { origin, trained, leastSpan }: NetworkWeights) => ({
    ...{ file, sha256: shaOf(file), origin, trained, leastSpan },
  });
  return {
    schemaVersion: 2,
    name: bundle.name,
    version: bundle.version,
    detector,
    ...(landmarks ? { landmarks } : {}),
    aligner: { kind: 'similarity-5-points', sizePx: 112, pointsPx: 'arcface-112' },
    embedder: polyFaceEmbedder(fact(EMBEDDER_FILE, polyface), {
      dimension: shape.dimension,
      mirror,
    }),
    quality: quality === null ? { kind: 'heuristic' } : qualityNetPart(fact(QUALITY_FILE, quality)),
    aggregation: { kind: 'qan' },
    postprocess: { mean: null, lift: 0 },
    calibration: UNMEASURED,
  };
}

/** The detector's and the landmarks' files. */
function baseFiles({ manifest, folder }: LoadedBundle): NewFile[] {
  return manifestFiles(manifest)
    .filter(({ field }) => field === 'landmarks' || field.startsWith('detector.'))
    .map(({ file }) => ({ file, copyOf: path.join(folder, file) }));
}
