import type { GalleryIndexes } from '../gallery/gallery-index.js';
import type { GalleryRow, GalleryStore } from '../gallery/port.js';
import type { Application } from '../identify/port.js';
import type { Component } from '../ops/health.js';
import type { Metrics } from '../ops/port.js';

/** Galleries that are loaded and tested before the process is ready; others load when first used. */
const GALLERIES_AT_START = 100;

/** Makes the gallery that commands mean when none is named. */
export async function ensureGallery(
  application: Application,
  store: GalleryStore,
  galleryId: string,
): Promise<void> {
  if (store.gallery(galleryId) !== undefined) return;
  await application.galleries.create(galleryId, galleryId);
}

/**
 * Loads the indexes of the bundle's galleries and finds stored templates through them.
 * Throws INTERNAL where an index does not answer as the store does.
 */
export async function testIndexes(
  store: GalleryStore,
  indexes: GalleryIndexes,
  bundleId: string,
  state: Component,
): Promise<void> {
  const isOurs = (row: GalleryRow): boolean => row.bundleId === bundleId;
  for (const { galleryId } of store.galleries({ limit: GALLERIES_AT_START }).filter(isOurs)) {
    await indexes.selfTest(galleryId);
  }
  state.ready();
}

export function watchCounts(store: GalleryStore, metrics: Metrics): void {
  metrics.watchQueue('clips', () => store.countClips('QUEUED'));
  metrics.watchTemplates(() => countAll(store));
}

/** How long the clip that waits longest has waited, in the store or, fetched already, from a topic. */
export function ageOfOldest(times: readonly (number | undefined)[]): number {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...known));
}

function countAll(store: GalleryStore): { enrolled: number; total: number } {
  const counts = store
    .galleries({ limit: GALLERIES_AT_START })
    .map((row) => store.countTemplates(row.galleryId));
  return {
    enrolled: counts.reduce((sum, count) => sum + count.enrolled, 0),
    total: counts.reduce((sum, count) => sum + count.total, 0),
  };
}
