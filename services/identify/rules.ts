import {
  fprAt,
  overSearch,
  perComparison,
  similarityAt,
  type Calibration,
  type FprEstimate,
  type Targets,
} from '../core/calibration.js';
import { ClipidError } from '../core/errors.js';
import { targetsOf, type AskedTargets } from '../core/targets.js';
import type { Thresholds } from '../core/types.js';
import type { GalleryStore } from '../gallery/port.js';
import { requireGallery } from './lookup.js';

/** Whose curve a rule goes by. */
export type CurveSource = 'GALLERY' | 'BUNDLE';

/** What similarities mean in one search. */
export interface DecisionRule extends Thresholds {
  /** Chances of a false match that the thresholds were made of; null where they are similarities. */
  readonly targets: Targets | null;
  /** Enrolled templates that a face is compared with; at least 1. */
  readonly comparisons: number;
  /** Null where there is none: then nothing is known about strangers. */
  readonly curveSource: CurveSource | null;
  readonly curve: Calibration | null;
}

/** What a bundle says of its similarities: thresholds always, the rest where it was measured. */
export interface BundleCalibration extends Thresholds {
  readonly curve?: Calibration | undefined;
  readonly targets?: Targets | undefined;
}

/** What a request says itself: targets, or the least similarity that is MATCHED. */
export interface AskedRule extends AskedTargets {
  readonly threshold?: number;
}

/**
 * Makes the rule of each search: by the gallery's own curve if one is in use or the bundle has none; for
 * the targets of the request, else of the gallery, else of the bundle; without targets by the bundle's
 * similarities. Nothing is kept between two searches: curves, targets and sizes change.
 */
export class GalleryRules {
  constructor(
    private readonly store: Pick<GalleryStore, 'gallery' | 'calibration'>,
    private readonly bundle: BundleCalibration,
  ) {}

  /**
   * The chance that a stranger is MATCHED with anybody is at most the sum of the chances of all
   * comparisons (Bonferroni), so each of N templates gets an N-th of the target. A person with many
   * templates counts many times: the bound holds however alike these are, and is the looser for it.
   * Throws GALLERY_NOT_FOUND, FIELD_INVALID, CALIBRATION_MISSING.
   */
  of(galleryId: string, enrolledTemplates: number, asked: AskedRule = {}): DecisionRule {
    const { threshold } = asked;
    if (threshold !== undefined && asked.targetFpr !== undefined) throw bothAsked();
    const found = this.curveOf(galleryId);
    const comparisons = Math.max(1, enrolledTemplates);
    const targets = this.targets(galleryId, asked);
    const thresholds = this.thresholds(targets, found.curve, comparisons);
    if (threshold === undefined) return { ...thresholds, targets, comparisons, ...found };
    const uncertain = Math.min(thresholds.uncertain, threshold);
    return { matched: threshold, uncertain, targets: null, comparisons, ...found };
  }

  /** Throws CALIBRATION_MISSING where the gallery has no curve that targets could be set on. */
  requireCurve(galleryId: string): void {
    if (this.curveOf(galleryId).curve === null) throw curveMissing();
  }

  private curveOf(galleryId: string): Pick<DecisionRule, 'curve' | 'curveSource'> {
    const own = this.store.calibration(galleryId);
    if (own?.isInUse === true) return { curve: own.calibration, curveSource: 'GALLERY' };
    const { curve } = this.bundle;
    if (curve !== undefined) return { curve, curveSource: 'BUNDLE' };
    // Of few people, and still better than none.
    if (own !== undefined) return { curve: own.calibration, curveSource: 'GALLERY' };
    return { curve: null, curveSource: null };
  }

  private targets(galleryId: string, asked: AskedRule): Targets | null {
    const { targetFpr, uncertainFpr } = requireGallery(this.store, galleryId);
    const ofGallery = {
      ...(targetFpr !== null && { targetFpr }),
      ...(uncertainFpr !== null && { uncertainFpr }),
    };
    return targetsOf(asked) ?? targetsOf(ofGallery) ?? this.bundle.targets ?? null;
  }

  private thresholds(
    targets: Targets | null,
    curve: Calibration | null,
    comparisons: number,
  ): Thresholds {
    if (targets === null) return { matched: this.bundle.matched, uncertain: this.bundle.uncertain };
    if (curve === null) throw curveMissing();
    const at = (target: number): number =>
      similarityAt(curve.points, perComparison(target, comparisons));
    const matched = at(targets.matched);
    return { matched, uncertain: Math.min(matched, at(targets.uncertain)) };
  }
}

/**
 * What a similarity says about strangers: a bound of the chance that the face of one reaches it with
 * any of the templates it is compared with. Null where there is no curve.
 */
export function estimateFpr(
  { curve, comparisons }: Pick<DecisionRule, 'curve' | 'comparisons'>,
  similarity: number,
): FprEstimate | null {
  return curve === null ? null : overSearch(fprAt(curve.points, similarity), comparisons);
}

function bothAsked(): ClipidError {
  const message =
    'threshold and target_fpr are two ways to say what MATCHED is: give one of the two.';
  return new ClipidError('FIELD_INVALID', message, { field: 'target_fpr' });
}

function curveMissing(): ClipidError {
  const message =
    'A target needs a curve from similarity to false positive rate, and neither the gallery nor the ' +
    'bundle has one: make it with `clipid models calibrate` or `clipid gallery calibrate`.';
  return new ClipidError('CALIBRATION_MISSING', message, { field: 'target_fpr' });
}
