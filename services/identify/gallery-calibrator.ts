import type { Calibration } from '../core/calibration.js';
import type { GalleryCalibration, GalleryStore } from '../gallery/port.js';
import { contradictions } from './contradiction.js';
import { enrolledSample, recentSample } from './gallery-sample.js';
import { requireBundle } from './lookup.js';
import type { AlikePeople, Indexes, PairScorer } from './ports-in.js';
import type { GalleryRules } from './rules.js';

export interface GalleryCalibratorDeps {
  readonly bundleId: string;
  readonly store: GalleryStore;
  readonly indexes: Indexes;
  readonly rules: GalleryRules;
  readonly scorer: PairScorer;
}

/** A gallery with fewer people goes by the bundle's curve: its own would be a guess. */
export const LEAST_OWN_PEOPLE = 100;
/** Measured anew when the enrolled templates are so many times those of the last time. */
const GROWTH = 1.5;
/** Fewer tracks are no picture of what comes. */
export const LEAST_SEEN = 100;

/** Measures galleries on the people that are enrolled in them. */
export class GalleryCalibrator {
  constructor(private readonly deps: GalleryCalibratorDeps) {}

  /**
   * Measures a gallery, and keeps the curve; its searches go by it from `LEAST_OWN_PEOPLE` people up.
   * Throws GALLERY_NOT_FOUND, BUNDLE_MISMATCH, FIELD_INVALID for too few people, CANCELLED.
   */
  async calibrate(galleryId: string, signal: AbortSignal): Promise<GalleryCalibration> {
    const { store, bundleId, scorer } = this.deps;
    requireBundle(store, galleryId, bundleId);
    const { items, identityIds } = await enrolledSample(store, galleryId, signal);
    const { calibration, mostAlike } = await scorer.calibrate(items, signal);
    const tracks = recentSample(store, galleryId);
    const content: GalleryCalibration = {
      calibration,
      isInUse: calibration.people >= LEAST_OWN_PEOPLE,
      enrolledTemplates: store.countTemplates(galleryId).enrolled,
      notes: await this.notes(galleryId, calibration, mostAlike, identityIds),
      seen: tracks.length < LEAST_SEEN ? null : await scorer.snapshot(tracks, signal),
    };
    store.putCalibration({ galleryId, content });
    return content;
  }

  /** Whether a gallery has grown enough to be measured, for the first time or anew. */
  isDue(galleryId: string): boolean {
    const { store, bundleId } = this.deps;
    if (store.gallery(galleryId)?.bundleId !== bundleId) return false;
    if (store.countIdentities(galleryId) < LEAST_OWN_PEOPLE) return false;
    const before = store.calibration(galleryId)?.enrolledTemplates ?? 0;
    return store.countTemplates(galleryId).enrolled >= GROWTH * before;
  }

  private async notes(
    galleryId: string,
    own: Calibration,
    mostAlike: readonly AlikePeople[],
    identityIds: readonly string[],
  ): Promise<string[]> {
    const { store, indexes, rules } = this.deps;
    const enrolled = await indexes.enrolled(galleryId);
    const { matched, curve } = rules.of(galleryId, enrolled.size());
    const mistaken = mostAlike.filter(({ similarity }) => similarity >= matched);
    const contradicted = curve === null ? [] : contradictions(own, curve);
    if (store.gallery(galleryId) === undefined) return contradicted;
    return [...contradicted, ...mistaken.map((pair) => alike(pair, identityIds))];
  }
}

function alike({ a, b, similarity }: AlikePeople, identityIds: readonly string[]): string {
  return (
    `${identityIds[a] ?? ''} and ${identityIds[b] ?? ''} are MATCHED with each other (similarity ` +
    `${similarity.toFixed(3)}): one person under two names, or people who look alike?`
  );
}
