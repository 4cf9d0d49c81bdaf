import { ClipidError } from '../core/errors.js';
import { similarity } from '../core/vectors.js';
import { IndexPair, type IndexName } from './index-pair.js';
import type { GalleryStore, TemplateRow } from './port.js';

const SAMPLE_SIZE = 32;
/** A vector and itself, with the rounding of float32. */
const SAME = 0.999;

/**
 * Looks up to 32 stored templates, spread evenly over the gallery, up in the indexes they belong to.
 * Throws INTERNAL for the first that does not find itself, or an equal, as an exact search would.
 */
export async function checkIndexes(
  store: GalleryStore,
  pair: IndexPair,
  galleryId: string,
): Promise<void> {
  const missing = await firstMissing(store, pair, sample(store, galleryId));
  if (missing === undefined) return;
  // A change may have been committed and not applied yet: only what is still wrong then is an error.
  await pair.settled();
  const again = store.templatesByLabel(galleryId, [missing.label]);
  const still = await firstMissing(store, pair, again);
  if (still !== undefined) throw notFound(still);
}

function sample(store: GalleryStore, galleryId: string): TemplateRow[] {
  const last = store.lastLabel(galleryId);
  const step = Math.max(1, (last + 1) / SAMPLE_SIZE);
  const labels = Array.from({ length: SAMPLE_SIZE }, (_, n) => Math.floor(n * step));
  const rows = labels
    .filter((label) => label <= last)
    .flatMap((label) => store.templates(galleryId, label - 1, 1));
  return [...new Map(rows.map((row) => [row.label, row])).values()];
}

async function firstMissing(
  store: GalleryStore,
  pair: IndexPair,
  rows: readonly TemplateRow[],
): Promise<TemplateRow | undefined> {
  for (const row of rows) {
    for (const name of IndexPair.namesOf(row)) {
      if (!(await findsItself(store, pair, name, row))) return row;
    }
  }
  return undefined;
}

/** The best hit is the row itself, or a row that the store says is equal to it. */
async function findsItself(
  store: GalleryStore,
  pair: IndexPair,
  name: IndexName,
  row: TemplateRow,
): Promise<boolean> {
  const [best] = await pair.index(name).search(row.vector, 1);
  if (best === undefined || best.similarity < SAME) return false;
  if (best.label === row.label) return true;
  const [twin] = store.templatesByLabel(row.galleryId, [best.label]);
  return twin !== undefined && similarity(twin.vector, row.vector) >= SAME;
}

function notFound(row: TemplateRow): ClipidError {
  return new ClipidError(
    'INTERNAL',
    `The index of gallery ${row.galleryId} does not find its template ${row.templateId}; ` +
      'it was dropped and is built anew from the store.',
    { details: { galleryId: row.galleryId, templateId: row.templateId } },
  );
}
