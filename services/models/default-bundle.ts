import { createHash } from 'node:crypto';
import {
  BUNDLE_VERSION,
  CALIBRATION,
  CHIP_POINTS_PX,
  DETECTION,
  DETECTOR_GRAPHS,
  POSTPROCESS,
} from './default-constants.js';
import { buildDetectorGraph } from './face-api/detector.js';
import { LANDMARKS_INPUT_PX, buildLandmarksGraph } from './face-api/landmarks.js';
import type { FaceApiPackage } from './face-api/package.js';
import {
  RECOGNISER_DIMENSION,
  RECOGNISER_INPUT_PX,
  buildRecogniserGraph,
} from './face-api/recogniser.js';
import { readWeights } from './face-api/weights.js';
import { QUALITY_KIND, type BundleManifest } from './manifest.js';

const LANDMARKS_FILE = 'landmarks.onnx';
const EMBEDDER_FILE = 'embedder.onnx';
const NETWORKS = {
  detector: 'ssd_mobilenetv1_model',
  landmarks: 'face_landmark_68_model',
  embedder: 'face_recognition_model',
} as const;

export const DEFAULT_FILES: readonly string[] = [
  ...DETECTOR_GRAPHS.map(({ file }) => file),
  LANDMARKS_FILE,
  EMBEDDER_FILE,
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
    yield { file, bytes: buildDetectorGraph(detector, { widthPx, heightPx }) };
  }
  const landmarks = await readWeights(source.modelFolder, NETWORKS.landmarks);
  yield { file: LANDMARKS_FILE, bytes: buildLandmarksGraph(landmarks) };
  const embedder = await readWeights(source.modelFolder, NETWORKS.embedder);
  yield { file: EMBEDDER_FILE, bytes: buildRecogniserGraph(embedder) };
}

/** The manifest of the default bundle; `shaOf` gives the sha256 of each of DEFAULT_FILES. */
export function defaultManifest(
  source: FaceApiPackage,
  shaOf: (file: string) => string,
): BundleManifest {
  const from = (network: string) => `${source.origin}: ${network}`;
  const named = (file: string) => ({ file, sha256: shaOf(file) });
  return {
    schemaVersion: 1,
    name: 'default',
    version: BUNDLE_VERSION,
    detector: {
      family: 'ssd-mobilenet-v1',
      origin: from(NETWORKS.detector),
      graphs: DETECTOR_GRAPHS.map((graph) => ({ ...graph, ...named(graph.file) })),
      ...DETECTION,
    },
    landmarks: {
      ...named(LANDMARKS_FILE),
      origin: from(NETWORKS.landmarks),
      inputSizePx: LANDMARKS_INPUT_PX,
    },
    aligner: {
      kind: 'similarity-5-points',
      sizePx: RECOGNISER_INPUT_PX,
      pointsPx: CHIP_POINTS_PX,
    },
    embedder: {
      ...named(EMBEDDER_FILE),
      origin: from(NETWORKS.embedder),
      inputSizePx: RECOGNISER_INPUT_PX,
      dimension: RECOGNISER_DIMENSION,
      layout: 'NHWC',
      colour: 'RGB',
      mirror: true,
    },
    quality: { kind: QUALITY_KIND },
    aggregation: { kind: 'qan' },
    postprocess: POSTPROCESS,
    calibration: CALIBRATION,
  };
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
