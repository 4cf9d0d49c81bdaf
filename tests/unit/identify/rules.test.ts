import { describe, expect, it } from 'vitest';
import type { Calibration } from '../../../services/core/calibration.js';
import type { GalleryCalibration, GalleryRow } from '../../../services/gallery/port.js';
import {
  estimateFpr,
  GalleryRules,
  type AskedRule,
  type BundleCalibration,
} from '../../../services/identify/rules.js';
import { galleryCalibration, galleryRow, madeUpCurve } from '../../contract/store-rows.js';

const FIXED = { matched: 0.8, uncertain: 0.6 };
/** A tenth of the rate for each 0.1: 0.3 is one in a thousand. */
const CURVE = madeUpCurve();
const CALIBRATED: BundleCalibration = { ...FIXED, curve: CURVE };

/** The same a little further up: 0.4 is one in a thousand. */
const OWN_CURVE: Calibration = {
  ...CURVE,
  points: CURVE.points.map((point) => ({ ...point, similarity: point.similarity + 0.1 })),
};

interface Given {
  readonly bundle?: BundleCalibration;
  readonly gallery?: Partial<GalleryRow>;
  readonly own?: GalleryCalibration;
}

function rulesOf({ bundle = CALIBRATED, gallery = {}, own }: Given) {
  const store = { gallery: () => galleryRow(gallery), calibration: () => own };
  return new GalleryRules(store, bundle);
}

const ruleOf = (given: Given, comparisons = 1, asked: AskedRule = {}) =>
  rulesOf(given).of('g', comparisons, asked);

describe('the size of a gallery', () => {
  it.each([
    [0, 0.2],
    [1, 0.2],
    [10, 0.3],
    [1000, 0.5],
    [1_000_000, 0.8],
  ])('of %d templates: MATCHED at one in a hundred begins at %d', (size, matched) => {
    const rule = ruleOf({}, size, { targetFpr: 0.01 });
    expect(rule.matched).toBeCloseTo(matched, 9);
    expect(rule.comparisons).toBe(Math.max(1, size));
  });

  it('invariant 9: bounds the estimate of whatever is MATCHED by the target', () => {
    for (const size of [1, 7, 300, 12_345]) {
      for (const targetFpr of [0.3, 0.01, 0.0004]) {
        const rule = ruleOf({}, size, { targetFpr });
        const estimate = estimateFpr(rule, rule.matched);
        expect(estimate?.value).toBeLessThanOrEqual(targetFpr * (1 + 1e-9));
        expect(estimateFpr(rule, rule.matched - 0.01)?.value).toBeGreaterThan(targetFpr);
      }
    }
  });
});

describe('targets', () => {
  const bundle = { ...CALIBRATED, targets: { matched: 0.1, uncertain: 0.5 } };
  const gallery = { targetFpr: 0.01, uncertainFpr: 0.02 };

  it('are those of the request, else of the gallery, else of the bundle', () => {
    const asked = { targetFpr: 0.001, uncertainFpr: 0.003 };
    expect(ruleOf({ bundle, gallery }, 1, asked).targets).toEqual({
      matched: 0.001,
      uncertain: 0.003,
    });
    expect(ruleOf({ bundle, gallery }).targets).toEqual({ matched: 0.01, uncertain: 0.02 });
    expect(ruleOf({ bundle }).targets).toEqual(bundle.targets);
  });

  it('are never half of one and half of another', () => {
    const rule = ruleOf({ bundle, gallery }, 1, { targetFpr: 0.001 });
    expect(rule.targets).toEqual({ matched: 0.001, uncertain: 0.01 });
  });

  it('where there are none, the similarities of the bundle decide, and estimates are given', () => {
    const rule = ruleOf({}, 10);
    expect(rule).toMatchObject({ ...FIXED, targets: null, curveSource: 'BUNDLE' });
    expect(estimateFpr(rule, 0.3)?.value).toBeCloseTo(0.01, 9);
    const without = ruleOf({ bundle: FIXED });
    expect(without).toMatchObject({ ...FIXED, targets: null, curve: null, curveSource: null });
    expect(estimateFpr(without, 0.3)).toBeNull();
  });

  it.each([
    [0.01, 0.1],
    [0.5, 1],
    [0.999, 1],
  ])('of %d alone: UNCERTAIN is for %d', (targetFpr, uncertain) => {
    const rule = ruleOf({}, 1, { targetFpr });
    expect(rule.targets?.uncertain).toBeCloseTo(uncertain, 9);
    expect(rule.targets?.uncertain).toBeLessThan(1);
    expect(rule.uncertain).toBeLessThanOrEqual(rule.matched);
  });

  it('that the curve does not reach leave nothing but identical vectors', () => {
    const rule = ruleOf({}, 1_000_000, { targetFpr: 1e-4, uncertainFpr: 1e-3 });
    expect(rule.matched).toBe(1);
    expect(rule.uncertain).toBeCloseTo(0.9, 9);
    expect(ruleOf({}, 1e9, { targetFpr: 1e-4 })).toMatchObject({ matched: 1, uncertain: 1 });
  });

  it('invariant 9: without a curve are an error that says how to make one', () => {
    const missing = { code: 'CALIBRATION_MISSING', field: 'target_fpr' };
    const asked = () => ruleOf({ bundle: FIXED }, 1, { targetFpr: 0.1 });
    expect(asked).toThrow(expect.objectContaining(missing));
    expect(asked).toThrow(/clipid models calibrate.*clipid gallery calibrate/);
    const set = () => ruleOf({ bundle: FIXED, gallery });
    expect(set).toThrow(expect.objectContaining(missing));
    expect(() => rulesOf({ bundle: FIXED }).requireCurve('g')).toThrow('curve');
    expect(() => rulesOf({}).requireCurve('g')).not.toThrow();
  });
});

describe('a threshold', () => {
  it('is what MATCHED is, and UNCERTAIN never above it', () => {
    expect(ruleOf({}, 1, { threshold: 0.9 })).toMatchObject({ matched: 0.9, uncertain: 0.6 });
    expect(ruleOf({}, 1, { threshold: 0.1 })).toMatchObject({ matched: 0.1, uncertain: 0.1 });
  });

  it('leaves UNCERTAIN to the targets of the gallery, and claims none for itself', () => {
    const rule = ruleOf({ gallery: { targetFpr: 0.01 } }, 1, { threshold: 0.9 });
    expect(rule).toMatchObject({ matched: 0.9, targets: null });
    expect(rule.uncertain).toBeCloseTo(0.1, 9);
  });

  it('beside a target is one too many', () => {
    expect(() => ruleOf({}, 1, { threshold: 0.5, targetFpr: 0.1 })).toThrow(
      expect.objectContaining({ code: 'FIELD_INVALID', field: 'target_fpr' }),
    );
  });
});

describe('the curve', () => {
  const own = galleryCalibration({ calibration: OWN_CURVE });

  it('is that of the gallery where that is in use', () => {
    const rule = ruleOf({ own }, 1, { targetFpr: 0.001 });
    expect(rule.curveSource).toBe('GALLERY');
    expect(rule.matched).toBeCloseTo(0.4, 9);
    expect(ruleOf({ bundle: FIXED, own }, 1, { targetFpr: 0.001 }).matched).toBeCloseTo(0.4, 9);
  });

  it('is that of the bundle where the other is kept but not in use', () => {
    const rule = ruleOf({ own: { ...own, isInUse: false } }, 1, { targetFpr: 0.001 });
    expect(rule.curveSource).toBe('BUNDLE');
    expect(rule.matched).toBeCloseTo(0.3, 9);
  });

  it('is that of the gallery, of few people, where the bundle has none', () => {
    const kept = { ...own, isInUse: false };
    const rule = ruleOf({ bundle: FIXED, own: kept }, 1, { targetFpr: 0.001 });
    expect(rule.curveSource).toBe('GALLERY');
  });

  it('is looked up for every search: a change counts at once', () => {
    const kept: GalleryCalibration[] = [];
    const store = { gallery: () => galleryRow(), calibration: () => kept[0] };
    const rules = new GalleryRules(store, CALIBRATED);
    expect(rules.of('g', 1).curveSource).toBe('BUNDLE');
    kept.push(own);
    expect(rules.of('g', 1).curveSource).toBe('GALLERY');
  });

  it('of a gallery that is not there is no curve', () => {
    const store = { gallery: () => undefined, calibration: () => undefined };
    expect(() => new GalleryRules(store, CALIBRATED).of('g', 1)).toThrow(
      expect.objectContaining({ code: 'GALLERY_NOT_FOUND' }),
    );
  });
});
