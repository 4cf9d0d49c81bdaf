import { toEmbedding } from '../core/vectors.js';
import type { Face, FaceFeature, RgbFrame } from '../core/types.js';
import { fitSimilarity } from './affine.js';
import { heuristicQuality } from './heuristic-quality.js';
import { fivePoints, landmarkCrop, type LandmarkCrop } from './landmarks.js';
import {
  output,
  runPixels,
  type LoadedDetector,
  type Networks,
  type VisionBundle,
} from './networks.js';
import type { FrameAnalysis } from './port.js';
import { resampleSquare } from './resample.js';
import { resizeInto } from './resize.js';
import { decodeSsd, type Detection } from './ssd.js';
import { thumbnailOf } from './thumbnail.js';

/** Detector, landmarks, aligner, recogniser and quality, one frame at a time, in one thread. */
export class Analyser {
  /** A detector's input, kept between frames: only the rows that a picture covers are rewritten. */
  private readonly detectorInputs = new Map<LoadedDetector, Uint8Array>();

  constructor(
    private readonly networks: Networks,
    private readonly bundle: VisionBundle,
  ) {}

  async analyse(frame: RgbFrame): Promise<FrameAnalysis> {
    const startedMs = performance.now();
    const detections = await this.detect(frame);
    const detectedMs = performance.now();
    const faces = await this.locate(frame, detections);
    const chips = this.align(frame, faces);
    const alignedMs = performance.now();
    const features = await this.embed(chips, faces.length);
    const embeddedMs = performance.now();
    const scored = faces.map((face, i) =>
      this.score(face, features[i] ?? new Float32Array(), this.chip(chips, i)),
    );
    const thumbnail = thumbnailOf(frame);
    const { timestampMs, widthPx, heightPx } = frame;
    const stageMs = {
      detect: detectedMs - startedMs,
      align: alignedMs - detectedMs,
      embed: embeddedMs - alignedMs,
      score: performance.now() - embeddedMs,
    };
    return { timestampMs, widthPx, heightPx, faces: scored, thumbnail, stageMs };
  }

  /** The frame goes into the top left of the smallest detector that it fits when scaled. */
  private async detect(frame: RgbFrame): Promise<Detection[]> {
    const longSidePx = Math.max(frame.widthPx, frame.heightPx);
    const squarePx = Math.max(
      ...this.networks.detectors.map((graph) => Math.max(graph.widthPx, graph.heightPx)),
    );
    const width = Math.max(1, Math.round((frame.widthPx * squarePx) / longSidePx));
    const height = Math.max(1, Math.round((frame.heightPx * squarePx) / longSidePx));
    const graph = this.networks.detectors.find(
      (one) => one.widthPx >= width && one.heightPx >= height,
    );
    if (graph === undefined) throw new RangeError('a bundle has a detector for square pictures');
    const input = this.detectorInput(graph, width, height);
    resizeInto(frame, input, graph.widthPx, width, height);
    const outputs = await runPixels(graph.session, input, [1, graph.heightPx, graph.widthPx, 3]);
    return decodeSsd(output(outputs, 'boxes'), output(outputs, 'scores'), longSidePx, this.bundle);
  }

  private detectorInput(graph: LoadedDetector, width: number, height: number): Uint8Array {
    const bytes = graph.widthPx * graph.heightPx * 3;
    const input = this.detectorInputs.get(graph) ?? new Uint8Array(bytes);
    this.detectorInputs.set(graph, input);
    // What an earlier picture of another shape left behind must not be seen.
    if (width < graph.widthPx) input.fill(0);
    else input.fill(0, height * graph.widthPx * 3);
    return input;
  }

  /** Detections with their five points; one that lies outside the picture is dropped. */
  private async locate(frame: RgbFrame, detections: readonly Detection[]): Promise<Face[]> {
    const { sizePx } = this.bundle.landmarks;
    const found = detections
      .map((detection) => ({ detection, crop: landmarkCrop(frame, detection.boxPx, sizePx) }))
      .filter((one): one is { detection: Detection; crop: LandmarkCrop } => one.crop !== null);
    if (found.length === 0) return [];
    const bytes = sizePx * sizePx * 3;
    const pixels = new Uint8Array(found.length * bytes);
    found.forEach(({ crop }, i) => {
      resampleSquare(
        frame,
        crop.toSource,
        { data: pixels, offset: i * bytes, sizePx },
        crop.bounds,
      );
    });
    const outputs = await runPixels(this.networks.landmarks, pixels, [
      found.length,
      sizePx,
      sizePx,
      3,
    ]);
    const landmarks = output(outputs, 'landmarks');
    return found.map(({ detection, crop }, i) => ({
      boxPx: detection.boxPx,
      pointsPx: fivePoints(landmarks.subarray(136 * i, 136 * (i + 1)), crop, sizePx),
      detectionScore: detection.score,
    }));
  }

  /** [faces, sizePx, sizePx, 3] uint8: each face turned and scaled to the recogniser's own framing. */
  private align(frame: RgbFrame, faces: readonly Face[]): Uint8Array {
    const { sizePx } = this.bundle.embedder;
    const bytes = sizePx * sizePx * 3;
    const chips = new Uint8Array(faces.length * bytes);
    faces.forEach((face, i) => {
      const toSource = fitSimilarity(this.bundle.alignedPointsPx, face.pointsPx);
      resampleSquare(frame, toSource, { data: chips, offset: i * bytes, sizePx });
    });
    return chips;
  }

  private async embed(chips: Uint8Array, count: number): Promise<Float32Array[]> {
    if (count === 0) return [];
    const { sizePx, dimension } = this.bundle.embedder;
    const outputs = await runPixels(this.networks.embedder, chips, [count, sizePx, sizePx, 3]);
    const features = output(outputs, 'feature');
    return Array.from({ length: count }, (_, i) =>
      features.slice(i * dimension, (i + 1) * dimension),
    );
  }

  private score(face: Face, feature: Float32Array, chip: Uint8Array): FaceFeature {
    const { sizePx } = this.bundle.embedder;
    const { pointsPx, detectionScore } = face;
    const quality = heuristicQuality({ chip, sizePx, pointsPx, detectionScore });
    return { ...face, feature, embedding: toEmbedding(feature, this.bundle.mean), quality };
  }

  private chip(chips: Uint8Array, index: number): Uint8Array {
    const bytes = this.bundle.embedder.sizePx ** 2 * 3;
    return chips.subarray(index * bytes, (index + 1) * bytes);
  }
}
