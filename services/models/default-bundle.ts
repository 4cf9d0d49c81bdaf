import { fileURLToPath } from 'node:url';
import { CALIBRATION } from './default-calibration.js';
import { BUNDLE_VERSION, DETECTION, DETECTOR_GRAPHS, POSTPROCESS } from './default-constants.js';
import { buildDetectorGraph } from './face-api/detector.js';
import { LANDMARKS_INPUT_PX, buildLandmarksGraph } from './face-api/landmarks.js';
import type { FaceApiPackage } from './face-api/package.js';
import {
  RECOGNISER_DIMENSION,
  RECOGNISER_INPUT_PX,
  buildRecogniserGraph,
} from './face-api/recogniser.js';
import { DETECTOR_QUANTISATION, RECOGNISER_QUANTISATION } from './face-api/quantisation.js';
import { readWeights } from './face-api/weights.js';
import type { BundleManifest } from './manifest.js';
import type { NetworkWeights } from './paper-bundle.js';
import { GRAPH_PIXELS } from './onnx/pixels.js';
import { quantiseGraph } from './onnx/quantise.js';
import { fromFile, qualityWeights } from './paper-weights.js';
import { buildQualityNet } from './polyface/quality-graph.js';
import { QUALITY_NET_FILE, framedQualityNet } from './quality-bundle.js';
import { openWeights } from './weights/checkpoint.js';

const LANDMARKS_FILE = 'landmarks.onnx';
const EMBEDDER_FILE = 'embedder.onnx';
/** Trained for this very embedder by services/trainer; its README beside it says on what. */
const QUALITY_WEIGHTS = new URL('quality-weights/default.safetensors', import.meta.url);
const QUALITY_ORIGIN = 'clipid: services/models/quality-weights/default.safetensors';
const NETWORKS = {
  detector: 'ssd_mobilenetv1_model',
  landmarks: 'face_landmark_68_model',
  embedder: 'face_recognition_model',
} as const;

export const DEFAULT_FILES: readonly string[] = [
  ...DETECTOR_GRAPHS.flatMap(({ file }) => [file, int8Name(file)]),
  LANDMARKS_FILE,
  ...[EMBEDDER_FILE, int8Name(EMBEDDER_FILE)],
  QUALITY_NET_FILE,
];

/** One file of the bundle, as its bytes. */
export interface BuiltFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Builds the files one after the other, so that only one graph is in memory. Throws BUNDLE_INVALID. */
export async function* buildDefaultFiles(source: FaceApiPackage): AsyncGenerator<BuiltFile> {
  const detector = await readWeights(source.modelFolder, NETWORKS.detector);
  for (const { file, inputWidthPx: widthPx, inputHeightPx: heightPx } of DETECTOR_GRAPHS) {
    const bytes = buildDetectorGraph(detector, { widthPx, heightPx });
    yield { file, bytes };
    yield { file: int8Name(file), bytes: quantiseGraph(bytes, DETECTOR_QUANTISATION) };
  }
  const landmarks = await readWeights(source.modelFolder, NETWORKS.landmarks);
  yield { file: LANDMARKS_FILE, bytes: buildLandmarksGraph(landmarks) };
  const embedder = await readWeights(source.modelFolder, NETWORKS.embedder);
  const bytes = buildRecogniserGraph(embedder);
  yield { file: EMBEDDER_FILE, bytes };
  yield { file: int8Name(EMBEDDER_FILE), bytes: quantiseGraph(bytes, RECOGNISER_QUANTISATION) };
  const quality = buildQualityNet(defaultQuality().parameters, { precision: 'fp32' });
  yield { file: QUALITY_NET_FILE, bytes: quality };
}

function defaultQuality(): NetworkWeights {
  const weights = qualityWeights(openWeights(fileURLToPath(QUALITY_WEIGHTS)));
  return fromFile(weights, QUALITY_ORIGIN);
}

/** The manifest of the default bundle; `shaOf` gives the sha256 of each of DEFAULT_FILES. */
export function defaultManifest(
  source: FaceApiPackage,
  shaOf: (file: string) => string,
): BundleManifest {
  const from = (network: string) => `${source.origin}: ${network}`;
  const named = (file: string) => ({ file, sha256: shaOf(file) });
  const both = (file: string) => ({ ...named(file), int8: named(int8Name(file)) });
  return {
    schemaVersion: 2,
    name: 'default',
    version: BUNDLE_VERSION,
    detector: {
      family: 'ssd',
      origin: from(NETWORKS.detector),
      graphs: DETECTOR_GRAPHS.map((graph) => ({ ...graph, ...both(graph.file) })),
      input: GRAPH_PIXELS,
      outputNames: ['boxes', 'scores'],
      ...DETECTION,
    },
    landmarks: {
      ...named(LANDMARKS_FILE),
      origin: from(NETWORKS.landmarks),
      inputSizePx: LANDMARKS_INPUT_PX,
      input: GRAPH_PIXELS,
      outputName: 'landmarks',
    },
    aligner: {
      kind: 'similarity-5-points',
      sizePx: RECOGNISER_INPUT_PX,
      pointsPx: 'dlib-150',
    },
    embedder: {
      ...both(EMBEDDER_FILE),
      origin: from(NETWORKS.embedder),
      inputSizePx: RECOGNISER_INPUT_PX,
      trained: true,
      input: GRAPH_PIXELS,
      outputName: 'feature',
      dimension: RECOGNISER_DIMENSION,
      mirror: 'batch',
    },
    quality: framedQualityNet(shaOf(QUALITY_NET_FILE), defaultQuality()),
    aggregation: { kind: 'qan' },
    postprocess: POSTPROCESS,
    calibration: CALIBRATION,
  };
}

/** `embedder.onnx` -> `embedder-int8.onnx` */
function int8Name(file: string): string {
  return file.replace(/\.onnx$/, '-int8.onnx');
}
