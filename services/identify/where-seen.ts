import type { AppearanceRow, GalleryStore, IndexHit, VectorIndex } from '../gallery/port.js';

/** Templates asked for before a search gives up on finding more appearances. */
const MOST_TEMPLATES = 4096;

export interface Sighting {
  readonly appearance: AppearanceRow;
  readonly similarity: number;
}

/**
 * The appearances nearest to a vector, at or above `leastSimilarity`, best first; equal similarities
 * in order of label. A template may have outlived its clip, as its person is enrolled by it: those
 * have no appearance, so the search widens until enough are found or the index has no more.
 */
export async function whereSeen(
  store: GalleryStore,
  seen: VectorIndex,
  galleryId: string,
  vector: Float32Array,
  count: number,
  leastSimilarity: number,
): Promise<Sighting[]> {
  if (count === 0) return [];
  for (let k = count; ; k *= 4) {
    const hits = await seen.search(vector, Math.min(k, MOST_TEMPLATES));
    const near = hits.filter((hit) => hit.similarity >= leastSimilarity);
    const found = sightingsOf(store, galleryId, near);
    const isAll = near.length < k || k >= MOST_TEMPLATES;
    if (found.length >= count || isAll) return found.slice(0, count);
  }
}

function sightingsOf(
  store: GalleryStore,
  galleryId: string,
  hits: readonly IndexHit[],
): Sighting[] {
  const labels = hits.map((hit) => hit.label);
  const rows = store.templatesByLabel(galleryId, labels);
  const ids = new Map(rows.map((row) => [row.label, row.templateId]));
  return hits.flatMap(({ label, similarity }) => {
    const appearance = store.appearanceOfTemplate(galleryId, ids.get(label) ?? '');
    return appearance === undefined ? [] : [{ appearance, similarity }];
  });
}
