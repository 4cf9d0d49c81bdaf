import { toEmbedding, type Postprocess } from '../core/vectors.js';
import type { RgbFrame } from '../core/types.js';
import type { LoadedBundle } from '../models/load.js';
import type { NetworkRunner } from './runtime/network-runner.js';
import type { FrameAnalysis } from './port.js';
import { postprocessOf } from './postprocess.js';
import { createStages, type Stages } from './stages.js';
import { thumbnailOf } from './thumbnail.js';

const EMPTY = new Float32Array();

/** Detect, locate, align, embed, score: one frame at a time, whatever networks the bundle has. */
export class Analyser {
  private readonly stages: Stages;
  private readonly postprocess: Postprocess;

  constructor(runner: NetworkRunner, { manifest }: LoadedBundle) {
    this.stages = createStages(runner, manifest);
    this.postprocess = postprocessOf(manifest);
  }

  /** Throws MODEL_FAILED, BUNDLE_INVALID. */
  async analyse(frame: RgbFrame): Promise<FrameAnalysis> {
    const { detector, pointFinder, aligner, recogniser, quality } = this.stages;
    const startedMs = performance.now();
    const detections = await detector.detect(frame);
    const detectedMs = performance.now();
    const faces = await pointFinder.locate(frame, detections);
    const chips = aligner.chips(frame, faces);
    const alignedMs = performance.now();
    const features = await recogniser.features(chips, faces.length);
    const embeddedMs = performance.now();
    const scores = await quality.score({ frame, faces, chips, chipPx: aligner.sizePx });
    const scored = faces.map((face, i) => {
      const feature = features[i] ?? EMPTY;
      const embedding = toEmbedding(feature, this.postprocess);
      return { ...face, feature, embedding, quality: scores[i] ?? 0 };
    });
    const stageMs = {
      detect: detectedMs - startedMs,
      align: alignedMs - detectedMs,
      embed: embeddedMs - alignedMs,
      score: performance.now() - embeddedMs,
    };
    const { timestampMs, widthPx, heightPx } = frame;
    const thumbnail = thumbnailOf(frame);
    return { timestampMs, widthPx, heightPx, faces: scored, thumbnail, stageMs };
  }
}
