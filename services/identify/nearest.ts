import type { Match } from '../core/types.js';
import type { GalleryStore, IndexHit, VectorIndex } from '../gallery/port.js';
import { decide } from './decision.js';
import { estimateFpr, type DecisionRule } from './rules.js';

/** Templates asked for beyond the first guess before a search gives up on finding more identities. */
const MOST_TEMPLATES = 4096;

/**
 * The identities nearest to a vector, best first, each by its best template; equal similarities in
 * order of identity id. One person with many templates can fill the first answers, so the search
 * widens until enough identities are found or the index has no more.
 */
export async function nearestIdentities(
  store: GalleryStore,
  enrolled: VectorIndex,
  galleryId: string,
  vector: Float32Array,
  count: number,
  rule: DecisionRule,
): Promise<Match[]> {
  for (let k = Math.max(4 * count, 32); ; k *= 4) {
    const hits = await enrolled.search(vector, Math.min(k, MOST_TEMPLATES));
    const matches = groupByIdentity(store, galleryId, hits, rule);
    if (matches.length >= count || hits.length < k || k >= MOST_TEMPLATES)
      return matches.slice(0, count);
  }
}

function groupByIdentity(
  store: GalleryStore,
  galleryId: string,
  hits: readonly IndexHit[],
  rule: DecisionRule,
): Match[] {
  const rows = new Map(
    store
      .templatesByLabel(
        galleryId,
        hits.map((hit) => hit.label),
      )
      .map((row) => [row.label, row]),
  );
  const best = new Map<string, Match>();
  for (const { label, similarity } of hits) {
    const row = rows.get(label);
    // The index may trail the store by an instant: what the store no longer holds is no match.
    if (row?.identityId == null || best.has(row.identityId)) continue;
    const { identityId, templateId } = row;
    best.set(identityId, {
      identityId,
      templateId,
      similarity,
      decision: decide(similarity, rule),
      estimatedFpr: estimateFpr(rule, similarity),
    });
  }
  return [...best.values()].sort(
    (a, b) => b.similarity - a.similarity || (a.identityId < b.identityId ? -1 : 1),
  );
}
