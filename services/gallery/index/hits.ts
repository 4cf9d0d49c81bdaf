import { ClipidError } from '../../core/errors.js';
import type { IndexHit, VectorIndex } from '../port.js';

export type IndexEntry = Parameters<VectorIndex['add']>[0][number];

/** Best first; equal similarities in order of label, so that every index answers the same. */
export function byRank(a: IndexHit, b: IndexHit): number {
  return b.similarity - a.similarity || a.label - b.label;
}

export function checkDimension(vector: Float32Array, dimension: number): void {
  if (vector.length === dimension) return;
  throw new ClipidError(
    'FIELD_INVALID',
    `This index holds vectors of ${dimension} dimensions, not ${vector.length}.`,
    { field: 'embedding' },
  );
}
