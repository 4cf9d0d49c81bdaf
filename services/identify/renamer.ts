import type { FprEstimate } from '../core/calibration.js';
import type { Decision } from '../core/types.js';
import type { AppearanceRow, GalleryStore, TemplateRow } from '../gallery/port.js';
import { decide } from './decision.js';
import type { Indexes } from './ports-in.js';
import { estimateFpr, type DecisionRule, type GalleryRules } from './rules.js';

/** Appearances looked at for each new template; the rest are found by a search of the identity. */
const MOST_APPEARANCES = 1000;

/**
 * Gives people who were seen before they were enrolled their name: appearances that look more like a
 * new template than like anybody before are decided again, as a search of now would. In a gallery that
 * grows these chances of a false match add up: to the target times the logarithm of its growth.
 */
export class Renamer {
  constructor(
    private readonly store: GalleryStore,
    private readonly indexes: Indexes,
    private readonly rules: GalleryRules,
  ) {}

  /** Returns how many appearances changed their identity. */
  async rename(galleryId: string, templates: readonly TemplateRow[]): Promise<number> {
    if (templates.length === 0) return 0;
    const rule = await this.rule(galleryId);
    const seen = await this.indexes.seen(galleryId);
    const changed = new Set<string>();
    for (const template of templates) {
      const hits = await seen.search(template.vector, MOST_APPEARANCES);
      const near = hits.filter(
        (hit) => hit.similarity >= rule.uncertain || hit.label === template.label,
      );
      const similarities = new Map(near.map((hit) => [hit.label, hit.similarity]));
      this.store.transaction(() => {
        for (const row of this.store.templatesByLabel(galleryId, [...similarities.keys()])) {
          const similarity = similarities.get(row.label) ?? -1;
          if (this.redecide(rule, row, template, similarity)) changed.add(row.templateId);
        }
      });
    }
    return changed.size;
  }

  /** As if the appearance were searched for now, among all who are enrolled. */
  private async rule(galleryId: string): Promise<DecisionRule> {
    const enrolled = await this.indexes.enrolled(galleryId);
    return this.rules.of(galleryId, enrolled.size());
  }

  /** True when the appearance has another identity now. */
  private redecide(
    rule: DecisionRule,
    seen: TemplateRow,
    by: TemplateRow,
    similarity: number,
  ): boolean {
    const { galleryId, templateId } = seen;
    const before = this.store.appearanceOfTemplate(galleryId, templateId);
    if (before === undefined || !isBetter(before, similarity)) return false;
    const { clipId, trackIndex } = before;
    const { identityId } = by;
    const decided = templateId === by.templateId ? TOLD : decideBy(rule, similarity);
    this.store.setDecision({ galleryId, clipId, trackIndex, identityId, similarity, ...decided });
    return before.identityId !== by.identityId;
  }
}

interface Decided {
  readonly decision: Decision;
  readonly estimatedFpr: FprEstimate | null;
}

/** An appearance that was itself enrolled: somebody said who it is, so there is nothing to estimate. */
const TOLD: Decided = { decision: 'MATCHED', estimatedFpr: null };

function decideBy(rule: DecisionRule, similarity: number): Decided {
  return { decision: decide(similarity, rule), estimatedFpr: estimateFpr(rule, similarity) };
}

/** Not for the same again: the gallery may have grown since, and repeats change nothing (invariant 2). */
function isBetter(before: AppearanceRow, similarity: number): boolean {
  return before.similarity === null || similarity > before.similarity;
}
