import type { VectorIndex } from '../gallery/port.js';
import type { Indexes } from '../identify/ports-in.js';
import type { Metrics } from '../ops/port.js';

/** The same indexes, with the time of every search told to the metrics. */
export function timedIndexes(indexes: Indexes, metrics: Pick<Metrics, 'indexSearched'>): Indexes {
  return {
    enrolled: async (galleryId) => timed(await indexes.enrolled(galleryId), metrics),
    seen: async (galleryId) => timed(await indexes.seen(galleryId), metrics),
    apply: (galleryId, change) => indexes.apply(galleryId, change),
  };
}

function timed(index: VectorIndex, metrics: Pick<Metrics, 'indexSearched'>): VectorIndex {
  return {
    dimension: index.dimension,
    size: () => index.size(),
    add: (entries) => index.add(entries),
    remove: (labels) => index.remove(labels),
    close: () => index.close(),
    search: async (vector, k) => {
      const startedMs = performance.now();
      const hits = await index.search(vector, k);
      metrics.indexSearched(performance.now() - startedMs);
      return hits;
    },
  };
}
