import type { Thresholds } from '../core/types.js';
import type { AppearanceRow, GalleryStore, TemplateRow } from '../gallery/port.js';
import { decide } from './decision.js';
import type { Indexes } from './ports-in.js';

/** Appearances looked at for each new template; the rest are found by a search of the identity. */
const MOST_APPEARANCES = 1000;

/**
 * Gives people who were seen before they were enrolled their name: appearances that look more like a
 * new template than like anybody before are decided again.
 */
export class Renamer {
  constructor(
    private readonly store: GalleryStore,
    private readonly indexes: Indexes,
    private readonly thresholds: Thresholds,
  ) {}

  /** Returns how many appearances changed their identity. */
  async rename(galleryId: string, templates: readonly TemplateRow[]): Promise<number> {
    const seen = await this.indexes.seen(galleryId);
    const changed = new Set<string>();
    for (const template of templates) {
      const hits = await seen.search(template.vector, MOST_APPEARANCES);
      const near = hits.filter((hit) => hit.similarity >= this.thresholds.uncertain);
      const similarities = new Map(near.map((hit) => [hit.label, hit.similarity]));
      this.store.transaction(() => {
        for (const row of this.store.templatesByLabel(galleryId, [...similarities.keys()])) {
          const similarity = similarities.get(row.label) ?? -1;
          if (this.redecide(galleryId, row, template, similarity)) changed.add(row.templateId);
        }
      });
    }
    return changed.size;
  }

  /** True when the appearance has another identity now. */
  private redecide(
    galleryId: string,
    seen: TemplateRow,
    by: TemplateRow,
    similarity: number,
  ): boolean {
    const before = this.store.appearanceOfTemplate(galleryId, seen.templateId);
    if (before === undefined || !isBetter(before, by, similarity)) return false;
    const { clipId, trackIndex } = before;
    const decision = decide(similarity, this.thresholds);
    this.store.setDecision({
      galleryId,
      clipId,
      trackIndex,
      decision,
      identityId: by.identityId,
      similarity,
    });
    return before.identityId !== by.identityId;
  }
}

function isBetter(before: AppearanceRow, by: TemplateRow, similarity: number): boolean {
  if (before.similarity === null) return true;
  return (
    similarity > before.similarity ||
    (similarity === before.similarity && before.identityId === by.identityId)
  );
}
