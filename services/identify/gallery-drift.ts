import type { Calibration } from '../core/calibration.js';
import type { GalleryStore } from '../gallery/port.js';
import { curveQuantiles, driftOf, type DriftReport } from './drift.js';
import { LEAST_SEEN } from './gallery-calibrator.js';
import { recentSample } from './gallery-sample.js';
import { requireBundle } from './lookup.js';
import type { PairScorer } from './ports-in.js';

export interface GalleryDriftDeps {
  readonly bundleId: string;
  /** The bundle's; null where it was never measured. */
  readonly bundleCurve: Calibration | null;
  readonly store: GalleryStore;
  readonly scorer: PairScorer;
}

type Then = Parameters<typeof driftOf>[2];

/** Looks at the tracks that came last, without knowing whose they are. */
export class GalleryDrift {
  constructor(private readonly deps: GalleryDriftDeps) {}

  /** Throws GALLERY_NOT_FOUND, BUNDLE_MISMATCH, CANCELLED. */
  async report(galleryId: string, signal: AbortSignal): Promise<DriftReport> {
    const { store, bundleId, scorer } = this.deps;
    requireBundle(store, galleryId, bundleId);
    const tracks = recentSample(store, galleryId);
    if (tracks.length < LEAST_SEEN) return tooFew(tracks.length);
    return driftOf(galleryId, await scorer.snapshot(tracks, signal), this.then(galleryId));
  }

  /** The tracks that came when the gallery was measured, else what the bundle was measured on. */
  private then(galleryId: string): Then {
    const own = this.deps.store.calibration(galleryId);
    if (own?.seen != null) {
      const since = { source: 'GALLERY', madeMs: own.calibration.madeMs } as const;
      return { since, snapshot: own.seen };
    }
    const { bundleCurve: curve } = this.deps;
    if (curve === null) return null;
    const { madeMs, templates, qualities } = curve;
    const since = { source: 'BUNDLE', madeMs } as const;
    return { since, snapshot: { templates, qualities, similarities: curveQuantiles(curve) } };
  }
}

function tooFew(templates: number): DriftReport {
  const words = [`${templates} tracks have come; it takes ${LEAST_SEEN} to say anything.`];
  return { verdict: 'NOT_KNOWN', words, templates, since: null, quality: null, similarity: null };
}
