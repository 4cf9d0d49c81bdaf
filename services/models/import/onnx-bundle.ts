import path from 'node:path';
import { holdsManifest } from '../fetch/out-folder.js';
import { type LoadedBundle, sha256OfFile } from '../load.js';
import {
  type BundleManifest,
  type PixelInput,
  manifestFiles,
  manifestSchema,
} from '../manifest.js';
import { readModelFile } from '../onnx/read-model.js';
import { parseJson } from '../parse-json.js';
import { type NewFile, type WriteProgress, writeBundle } from '../write-bundle.js';
import { type RecogniserFacts, type SaidOfGraph, recogniserFacts } from './recogniser-graph.js';

const MAX_ONNX_BYTES = 2 ** 31 - 1;

/**
 * A recogniser from elsewhere. Colour, mean and std stand in no graph and are never guessed; layout,
 * size and dimension are needed only where the graph leaves them open.
 */
export interface OnnxRecogniser extends SaidOfGraph {
  readonly onnxPath: string;
  readonly name: string;
  /** `1.0.0` */
  readonly version: string;
  /** Where the weights come from, their version and licence. */
  readonly origin: string;
  readonly notice?: string;
  readonly colour: PixelInput['colour'];
  readonly mean: PixelInput['mean'];
  readonly std: PixelInput['std'];
  /** Where the five points come to lie; a name is scaled to the input's size. */
  readonly align: BundleManifest['aligner']['pointsPx'];
  readonly mirror: BundleManifest['embedder']['mirror'];
  readonly calibration: BundleManifest['calibration'];
  /** Detector, landmarks and quality are its, copied. */
  readonly base: LoadedBundle;
  readonly out: string;
  /** A bundle in `out` may be replaced by another one. */
  readonly replace?: boolean;
  readonly onProgress?: (progress: WriteProgress) => void;
}

/**
 * Writes a bundle around an ONNX recogniser: everything before it from a base bundle, plain cosine
 * behind it. Nothing is written before all of it is known to fit. Throws BUNDLE_INVALID for a file
 * that is no recogniser or a manifest that is not valid, FIELD_INVALID for what the graph contradicts
 * or leaves open, ALREADY_EXISTS for a folder that is not free, STORE_FAILED.
 */
export async function bundleFromOnnx(recogniser: OnnxRecogniser): Promise<LoadedBundle> {
  const graph = await readModelFile(recogniser.onnxPath, MAX_ONNX_BYTES);
  const facts = recogniserFacts(graph, recogniser);
  const { base, out, onnxPath } = recogniser;
  const files = baseFiles(base);
  const embedder = { file: freeName(files), sha256: await sha256OfFile(onnxPath) };
  const manifest = checked(manifestOf(recogniser, facts, embedder));
  if (recogniser.replace !== true) await holdsManifest(path.resolve(out), manifest);
  const all: NewFile[] = [...files, { file: embedder.file, copyOf: onnxPath }];
  return writeBundle(path.resolve(out), {
    fileCount: all.length,
    files: all,
    // Sums were taken before: a file that changes meanwhile is found when the bundle is checked.
    manifest: () => manifest,
    onProgress: recogniser.onProgress,
  });
}

function manifestOf(
  recogniser: OnnxRecogniser,
  { type, layout, inputSizePx, ...facts }: RecogniserFacts,
  file: { readonly file: string; readonly sha256: string },
): BundleManifest {
  const { name, version, notice, origin, base, colour, mean, std, mirror } = recogniser;
  return {
    schemaVersion: 2,
    name,
    version,
    ...(notice === undefined ? {} : { notice }),
    ...basePart(base.manifest),
    aligner: { kind: 'similarity-5-points', sizePx: inputSizePx, pointsPx: recogniser.align },
    embedder: {
      ...file,
      origin,
      trained: true,
      inputSizePx,
      input: { name: facts.inputName, layout, colour, type, mean, std },
      outputName: facts.outputName,
      dimension: facts.dimension,
      mirror,
    },
    postprocess: { mean: null, lift: 0 },
    calibration: recogniser.calibration,
  };
}

/** What the base bundle gives, its files directly in the new folder. */
function basePart({ detector, landmarks, quality, aggregation, aligner }: BundleManifest) {
  const graphs = detector.graphs.map((graph) => ({ ...graph, file: flat(graph.file) }));
  const scorer: BundleManifest['quality'] =
    quality.kind === 'heuristic'
      ? quality
      : { ...quality, file: flat(quality.file), aligner: quality.aligner ?? aligner };
  return {
    detector: { ...detector, graphs },
    ...(landmarks ? { landmarks: { ...landmarks, file: flat(landmarks.file) } } : {}),
    quality: scorer,
    aggregation,
  };
}

/** All files of the base but its embedder's. */
function baseFiles({ manifest, folder }: LoadedBundle): { file: string; copyOf: string }[] {
  const kept = manifestFiles(manifest).filter(({ field }) => field !== 'embedder');
  const names = new Set(kept.map(({ file }) => file));
  return [...names].map((file) => ({ file: flat(file), copyOf: path.join(folder, file) }));
}

/** `nets/detector.onnx` -> `nets-detector.onnx` */
function flat(file: string): string {
  return file.replaceAll('/', '-');
}

function freeName(taken: readonly { readonly file: string }[]): string {
  const isTaken = (name: string) => taken.some(({ file }) => file === name);
  let name = 'embedder.onnx';
  for (let i = 2; isTaken(name); i++) name = `embedder-${i}.onnx`;
  return name;
}

function checked(manifest: BundleManifest): BundleManifest {
  const text = JSON.stringify(manifest);
  return parseJson(
    manifestSchema,
    text,
    'The new manifest',
    'Correct what was given and try again.',
  );
}
