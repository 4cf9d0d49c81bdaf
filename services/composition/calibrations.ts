import { GalleryCalibrator } from '../identify/gallery-calibrator.js';
import { GalleryDrift } from '../identify/gallery-drift.js';
import { MeasuringTurns } from '../identify/measuring-turns.js';
import type { CalibrationService } from '../identify/port.js';
import type { Indexes } from '../identify/ports-in.js';
import type { GalleryRules } from '../identify/rules.js';
import type { Capabilities } from './capabilities.js';
import { pairScorer } from './pair-scorer.js';

/** Measuring of galleries, one at a time. */
export function makeCalibrations(
  { store, bundle }: Capabilities,
  bundleId: string,
  indexes: Indexes,
  rules: GalleryRules,
): CalibrationService {
  const scorer = pairScorer(Date.now);
  const bundleCurve = bundle.manifest.calibration.curve ?? null;
  const calibrator = new GalleryCalibrator({ bundleId, store, indexes, rules, scorer });
  const drift = new GalleryDrift({ bundleId, bundleCurve, store, scorer });
  const turns = new MeasuringTurns();
  return {
    calibrate: (galleryId, signal) =>
      turns.run(() => calibrator.calibrate(galleryId, signal), signal),
    isDue: (galleryId) => calibrator.isDue(galleryId),
    of: (galleryId) => store.calibration(galleryId),
    drift: (galleryId, signal) => turns.run(() => drift.report(galleryId, signal), signal),
  };
}
