import type { BundleManifest } from '../models/manifest.js';
import { Aligner } from './aligner.js';
import { Detector } from './detector.js';
import { PointFinder } from './locate.js';
import type { NetworkRunner } from './runtime/network-runner.js';
import { createQualityScorer, type QualityScorer } from './quality.js';
import { Recogniser } from './recogniser.js';

/** What a frame goes through, in this order. */
export interface Stages {
  readonly detector: Detector;
  readonly pointFinder: PointFinder;
  readonly aligner: Aligner;
  readonly recogniser: Recogniser;
  readonly quality: QualityScorer;
}

export function createStages(runner: NetworkRunner, manifest: BundleManifest): Stages {
  return {
    detector: new Detector(runner, manifest.detector),
    pointFinder: new PointFinder(runner, manifest.landmarks),
    aligner: new Aligner(manifest.aligner),
    recogniser: new Recogniser(runner, manifest.embedder),
    quality: createQualityScorer(runner, manifest),
  };
}
