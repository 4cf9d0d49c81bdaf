import { CurveSource, type DecisionRule } from '../../gen/clipid/v1/search.js';

/** What MATCHED and UNCERTAIN meant in a search. */
export interface RuleJson {
  /** Least similarities. */
  readonly matched: number;
  readonly uncertain: number;
  /** Chances of a false match that they stand for; null where similarities were given, not targets. */
  readonly targetFpr: number | null;
  readonly uncertainFpr: number | null;
  /** Enrolled templates that each face was compared with. */
  readonly comparisons: number;
  /** Whose curve it was: `GALLERY` or `BUNDLE`; null where there is none. */
  readonly curve: string | null;
}

/** Null from a server that does not say. */
export function ruleJson(rule: DecisionRule | undefined): RuleJson | null {
  if (rule === undefined) return null;
  return {
    matched: rule.matchedSimilarity,
    uncertain: rule.uncertainSimilarity,
    targetFpr: rule.targetFpr ?? null,
    uncertainFpr: rule.uncertainFpr ?? null,
    comparisons: rule.comparisons,
    curve: curveName(rule.curveSource),
  };
}

/** In words, where targets were in force; empty where similarities were. */
export function ruleText(rule: RuleJson | null): string {
  if (rule?.targetFpr == null) return '';
  const { matched, uncertain, targetFpr, uncertainFpr, comparisons } = rule;
  const curve = rule.curve === 'GALLERY' ? "the gallery's own" : "the models'";
  const meaning =
    `MATCHED from a similarity of ${matched.toFixed(3)}, UNCERTAIN from ${uncertain.toFixed(3)}: ` +
    `at most ${short(targetFpr)} and ${short(uncertainFpr ?? 1)} of strangers come so near to any ` +
    `of ${comparisons} templates, by ${curve} curve.`;
  if (matched < 1) return meaning;
  return `${meaning} The curve does not reach so low a share: only identical faces can be MATCHED.`;
}

function short(rate: number): number {
  return Number(rate.toPrecision(2));
}

function curveName(source: CurveSource): string | null {
  if (source === CurveSource.CURVE_SOURCE_GALLERY) return 'GALLERY';
  return source === CurveSource.CURVE_SOURCE_BUNDLE ? 'BUNDLE' : null;
}
