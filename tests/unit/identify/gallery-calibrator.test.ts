import { describe, expect, it, onTestFinished } from 'vitest';
import { pairScorer } from '../../../services/composition/pair-scorer.js';
import { recalibrateDue } from '../../../services/composition/recalibration.js';
import type { GalleryStore } from '../../../services/gallery/port.js';
import { GalleryIndexes } from '../../../services/gallery/gallery-index.js';
import { ExactIndexFactory } from '../../../services/gallery/index/exact-index.js';
import { openStore } from '../../../services/gallery/store/open-store.js';
import { GalleryCalibrator } from '../../../services/identify/gallery-calibrator.js';
import { GalleryDrift } from '../../../services/identify/gallery-drift.js';
import { GalleryRules } from '../../../services/identify/rules.js';
import {
  appearanceRow,
  clipRow,
  galleryRow,
  identityRow,
  madeUpCurve,
  templateRow,
} from '../../contract/store-rows.js';
import { syntheticPeople } from '../../helpers/synthetic-people.js';
import { freshFolder } from '../gallery/store/folder.js';

const BUNDLE = 'b1';
const { signal } = new AbortController();

interface Bench {
  readonly store: GalleryStore;
  readonly calibrator: GalleryCalibrator;
  readonly drift: GalleryDrift;
}

/** A gallery of so many made-up people, each enrolled with two templates. */
function bench(people: number, bundleCurve: ReturnType<typeof madeUpCurve> | null = null): Bench {
  const store = openStore(freshFolder());
  onTestFinished(() => store.close());
  const items = syntheticPeople(people, 2, 3);
  const dimension = items[0]?.embedding.length ?? 0;
  store.insertGallery({ ...galleryRow(), bundleId: BUNDLE, dimension });
  enrol(store, items, 0);
  const indexes = new GalleryIndexes(store, new ExactIndexFactory());
  const thresholds = { matched: 0.8, uncertain: 0.6 };
  const rules = new GalleryRules(store, {
    ...thresholds,
    ...(bundleCurve !== null && { curve: bundleCurve }),
  });
  const scorer = pairScorer(() => 1_700_000_000_000);
  const shared = { bundleId: BUNDLE, store, scorer };
  return {
    store,
    calibrator: new GalleryCalibrator({ ...shared, indexes, rules }),
    drift: new GalleryDrift({ ...shared, bundleCurve }),
  };
}

function enrol(store: GalleryStore, items: ReturnType<typeof syntheticPeople>, from: number): void {
  store.transaction(() => {
    items.forEach(({ person, embedding, quality }, i) => {
      const identityId = `p${from + person}`;
      if (store.identity('g', identityId) === undefined)
        store.insertIdentity(identityRow({ identityId }));
      store.putTemplates([
        templateRow({
          ...{ templateId: `t${from}-${i}`, identityId, source: 'ENROLMENT', clipId: `e${i}` },
          ...{ vector: embedding, quality },
        }),
      ]);
    });
  });
}

/** Tracks of strangers, one a clip. */
function see(store: GalleryStore, count: number, seed: number, change = (q: number) => q): void {
  store.transaction(() => {
    syntheticPeople(count, 1, seed).forEach(({ embedding, quality }, i) => {
      const names = { clipId: `c${seed}-${i}`, templateId: `s${seed}-${i}` };
      store.insertClip(clipRow({ clipId: names.clipId }));
      const row = { ...names, source: 'TRACK', identityId: null, trackIndex: 0 } as const;
      store.putTemplates([templateRow({ ...row, vector: embedding, quality: change(quality) })]);
      store.putAppearances([appearanceRow({ ...names, identityId: null, decision: 'UNKNOWN' })]);
    });
  });
}

describe('GalleryCalibrator', () => {
  it('measures the people of a gallery, and keeps it', async () => {
    const { store, calibrator } = bench(120);
    const content = await calibrator.calibrate('g', signal);
    expect(content.calibration).toMatchObject({ people: 120, templates: 240 });
    expect(content).toMatchObject({ isInUse: true, enrolledTemplates: 240, seen: null });
    expect(store.calibration('g')).toEqual(content);
  });

  it('goes on by the bundle where people are few', async () => {
    const { calibrator } = bench(40);
    expect((await calibrator.calibrate('g', signal)).isInUse).toBe(false);
  });

  it('refuses a gallery with too few people, and one of another bundle', async () => {
    const { store, calibrator } = bench(3);
    await expect(calibrator.calibrate('g', signal)).rejects.toMatchObject({
      code: 'FIELD_INVALID',
    });
    store.insertGallery({ ...galleryRow(), galleryId: 'other', bundleId: 'b2' });
    await expect(calibrator.calibrate('other', signal)).rejects.toMatchObject({
      code: 'BUNDLE_MISMATCH',
    });
  });

  it('says where its own people contradict the curve that it went by', async () => {
    const curve = madeUpCurve();
    // States that hardly anybody is mistaken at a similarity that many pairs reach.
    const points = curve.points.map((point, i) => ({
      ...point,
      similarity: -0.9 + i / 100,
      ...{ low: point.fpr / 2, high: Math.min(1, point.fpr * 2) },
    }));
    const { calibrator } = bench(120, { ...curve, points });
    const { notes } = await calibrator.calibrate('g', signal);
    expect(notes.some((note) => note.includes('more often'))).toBe(true);
  });

  it('names people who are taken for each other: one person under two names', async () => {
    const { store, calibrator } = bench(100);
    const [first] = store.templatesOfIdentity('g', 'p7');
    const vector = first?.vector ?? new Float32Array();
    store.insertIdentity(identityRow({ identityId: 'again' }));
    const twin = { templateId: 'twin', identityId: 'again', clipId: 'twin', vector };
    store.putTemplates([templateRow({ ...twin, source: 'ENROLMENT' })]);
    const { notes } = await calibrator.calibrate('g', signal);
    expect(notes.some((note) => note.includes('p7') && note.includes('again'))).toBe(true);
  });

  it('is due with a hundred people, and again when half as many templates have come', async () => {
    const few = bench(99);
    expect(few.calibrator.isDue('g')).toBe(false);
    const { store, calibrator } = bench(100);
    expect(calibrator.isDue('g')).toBe(true);
    await calibrator.calibrate('g', signal);
    expect(calibrator.isDue('g')).toBe(false);
    enrol(store, syntheticPeople(50, 2, 8), 1000);
    expect(calibrator.isDue('g')).toBe(true);
    expect(calibrator.isDue('not there')).toBe(false);
  });

  it('is asked by the clock, and one gallery that fails does not keep the others', async () => {
    const { store, calibrator } = bench(100);
    store.insertGallery({ ...galleryRow(), galleryId: 'a-bad-one', bundleId: BUNDLE });
    const errors: object[] = [];
    const logger = { info: none, warn: none, error: (facts: object) => void errors.push(facts) };
    const calibrations = {
      calibrate: (id: string) => calibrator.calibrate(id, signal),
      isDue: (id: string) => id === 'a-bad-one' || calibrator.isDue(id),
    };
    await recalibrateDue(store, calibrations, signal, logger);
    expect(errors).toHaveLength(1);
    expect(store.calibration('g')?.isInUse).toBe(true);
  });
});

describe('GalleryDrift', () => {
  it('needs some tracks', async () => {
    const { store, drift } = bench(100);
    see(store, 20, 30);
    const report = await drift.report('g', signal);
    expect(report).toMatchObject({ verdict: 'NOT_KNOWN', templates: 20 });
    expect(report.words[0]).toContain('20 tracks');
  });

  it('is steady while such tracks come as came when the gallery was measured', async () => {
    const { store, calibrator, drift } = bench(100);
    see(store, 300, 31);
    await calibrator.calibrate('g', signal);
    see(store, 300, 32);
    const report = await drift.report('g', signal);
    expect(report).toMatchObject({ verdict: 'STEADY', since: { source: 'GALLERY' } });
    expect(report.similarity?.distance).toBeLessThan(0.1);
  });

  it('notices that faces have become poorer', async () => {
    const { store, calibrator, drift } = bench(100);
    see(store, 300, 31);
    await calibrator.calibrate('g', signal);
    see(store, 4000, 33, (quality) => quality / 3);
    const report = await drift.report('g', signal);
    expect(report.verdict).toBe('VERY_CHANGED');
    expect(report.quality?.medianNow).toBeLessThan(report.quality?.medianThen ?? 0);
  });

  it('compares with the bundle where the gallery was never measured', async () => {
    const { store, drift } = bench(100, madeUpCurve());
    see(store, 200, 34);
    expect((await drift.report('g', signal)).since).toMatchObject({ source: 'BUNDLE' });
  });
});

function none(): void {
  // Nobody listens.
}
