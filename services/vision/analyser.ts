import { toEmbedding, type Postprocess } from '../core/vectors.js';
import type { Face, FaceFeature, RgbFrame } from '../core/types.js';
import type { LoadedBundle } from '../models/load.js';
import { fitSimilarity } from './affine.js';
import { Detector } from './detector.js';
import { heuristicQuality } from './heuristic-quality.js';
import { fivePoints, LANDMARK_VALUES, landmarkCrop, type LandmarkCrop } from './landmarks.js';
import { runPixels, type Networks } from './networks.js';
import type { FrameAnalysis } from './port.js';
import { postprocessOf } from './postprocess.js';
import { Recogniser } from './recogniser.js';
import { resampleSquare } from './resample.js';
import type { Detection } from './ssd.js';
import { thumbnailOf } from './thumbnail.js';

const EMPTY = new Float32Array();

/** Detector, landmarks, aligner, recogniser and quality, one frame at a time, in one thread. */
export class Analyser {
  private readonly detector: Detector;
  private readonly recogniser: Recogniser;
  private readonly postprocess: Postprocess;

  constructor(
    private readonly networks: Networks,
    private readonly bundle: LoadedBundle,
  ) {
    this.detector = new Detector(networks.detectors, bundle.manifest.detector);
    this.recogniser = new Recogniser(networks.embedder, bundle.manifest.embedder);
    this.postprocess = postprocessOf(bundle.manifest);
  }

  /** Throws MODEL_FAILED, BUNDLE_INVALID. */
  async analyse(frame: RgbFrame): Promise<FrameAnalysis> {
    const startedMs = performance.now();
    const detections = await this.detector.detect(frame);
    const detectedMs = performance.now();
    const faces = await this.locate(frame, detections);
    const chips = this.align(frame, faces);
    const alignedMs = performance.now();
    const features = await this.recogniser.features(chips, faces.length);
    const embeddedMs = performance.now();
    const scored = faces.map((face, i) =>
      this.score(face, features[i] ?? EMPTY, this.chipAt(chips, i)),
    );
    const stageMs = {
      detect: detectedMs - startedMs,
      align: alignedMs - detectedMs,
      embed: embeddedMs - alignedMs,
      score: performance.now() - embeddedMs,
    };
    const { timestampMs, widthPx, heightPx } = frame;
    return {
      timestampMs,
      widthPx,
      heightPx,
      faces: scored,
      thumbnail: thumbnailOf(frame),
      stageMs,
    };
  }

  /** Detections with their five points; one that lies outside the picture is dropped. */
  private async locate(frame: RgbFrame, detections: readonly Detection[]): Promise<Face[]> {
    const { inputSizePx: sizePx } = this.bundle.manifest.landmarks;
    const found = detections
      .map((detection) => ({ detection, crop: landmarkCrop(frame, detection.boxPx, sizePx) }))
      .filter((one): one is { detection: Detection; crop: LandmarkCrop } => one.crop !== null);
    if (found.length === 0) return [];
    const bytes = sizePx * sizePx * 3;
    const pixels = new Uint8Array(found.length * bytes);
    found.forEach(({ crop }, i) => {
      const target = { data: pixels, offset: i * bytes, sizePx };
      resampleSquare(frame, crop.toSource, target, crop.bounds);
    });
    const shape = [found.length, sizePx, sizePx, 3] as const;
    const { landmarks } = await runPixels(this.networks.landmarks, pixels, shape, ['landmarks']);
    return found.map(({ detection, crop }, i) => {
      const own = landmarks.subarray(LANDMARK_VALUES * i, LANDMARK_VALUES * (i + 1));
      const pointsPx = fivePoints(own, crop, sizePx);
      return { boxPx: detection.boxPx, pointsPx, detectionScore: detection.score };
    });
  }

  /** [faces, sizePx, sizePx, 3] uint8: each face turned and scaled to the recogniser's own framing. */
  private align(frame: RgbFrame, faces: readonly Face[]): Uint8Array {
    const { sizePx, pointsPx } = this.bundle.manifest.aligner;
    const bytes = sizePx * sizePx * 3;
    const chips = new Uint8Array(faces.length * bytes);
    faces.forEach((face, i) => {
      const toSource = fitSimilarity(pointsPx.flat(), face.pointsPx);
      resampleSquare(frame, toSource, { data: chips, offset: i * bytes, sizePx });
    });
    return chips;
  }

  private score(face: Face, feature: Float32Array, chip: Uint8Array): FaceFeature {
    const { sizePx } = this.bundle.manifest.aligner;
    const { pointsPx, detectionScore } = face;
    const quality = heuristicQuality({ chip, sizePx, pointsPx, detectionScore });
    return { ...face, feature, embedding: toEmbedding(feature, this.postprocess), quality };
  }

  private chipAt(chips: Uint8Array, index: number): Uint8Array {
    const bytes = this.bundle.manifest.aligner.sizePx ** 2 * 3;
    return chips.subarray(index * bytes, (index + 1) * bytes);
  }
}
