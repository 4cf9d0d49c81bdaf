import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fprAt } from '../../services/core/calibration.js';
import { Decision } from '../../services/gen/clipid/v1/common.js';
import { CurveSource } from '../../services/gen/clipid/v1/search.js';
import type { SearchFacesRequest } from '../../services/gen/clipid/v1/search_service.js';
import { MANIFEST_FILE } from '../../services/models/manifest.js';
import { openBundle } from '../../services/models/open-bundle.js';
import { madeUpCurve } from '../contract/store-rows.js';
import { GALLERY, testConfig, TestService } from '../helpers/service.js';
import { ADA_ALONE, CLEO_ALONE, film, otherStill, still } from '../helpers/service-people.js';

const galleryId = GALLERY;
/** Made up: a tenth of the rate for each 0.1 of similarity. It says nothing about the real networks. */
const CURVE = madeUpCurve();
const bundle = mkdtempSync(join(tmpdir(), 'clipid-curve-'));
let running: TestService;
let other: Buffer;

/** The default bundle with the made-up curve, and similarities that nobody reaches where none is used. */
async function makeBundle(): Promise<void> {
  const { folder } = await openBundle(testConfig(bundle, bundle));
  for (const file of readdirSync(folder).filter((name) => name !== MANIFEST_FILE)) {
    symlinkSync(join(folder, file), join(bundle, file));
  }
  const manifest = JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8')) as object;
  const calibration = {
    matched: 0.999,
    uncertain: 0.998,
    note: 'made up for a test',
    curve: CURVE,
  };
  writeFileSync(join(bundle, MANIFEST_FILE), JSON.stringify({ ...manifest, calibration }));
}

beforeAll(async () => {
  await makeBundle();
  running = await TestService.start({ settings: { bundle } });
  other = await otherStill(ADA_ALONE);
  for (const [identityId, view] of [
    ['ada', ADA_ALONE],
    ['cleo', CLEO_ALONE],
  ] as const) {
    const source = { $case: 'image', image: await still(view) } as const;
    const sources = [{ name: identityId, source }];
    await running.client.identities.enrollIdentity({ galleryId, identityId, sources });
  }
});
afterAll(async () => {
  await running.remove();
  rmSync(bundle, { recursive: true });
});

async function search(change: Partial<SearchFacesRequest> = {}) {
  const probe = { $case: 'image', image: other } as const;
  const found = await running.client.search.searchFaces({ galleryId, probe, ...change });
  return { rule: found.rule, best: found.searchedFaces[0]?.matches[0] };
}

const ofGallery = (settings: { targetFpr?: number; uncertainFpr?: number }) =>
  running.client.galleries.updateGallery({ galleryId, settings });

describe('a search with a target', () => {
  it('makes a threshold of it, for as many templates as are enrolled', async () => {
    const { rule, best } = await search({ targetFpr: 0.002, uncertainFpr: 0.2 });
    expect(rule).toMatchObject({
      targetFpr: 0.002,
      uncertainFpr: 0.2,
      comparisons: 2,
      curveSource: CurveSource.CURVE_SOURCE_BUNDLE,
    });
    expect(rule?.matchedSimilarity).toBeCloseTo(0.3, 9); // one in a thousand for each of the two
    expect(rule?.uncertainSimilarity).toBeCloseTo(0.1, 9);
    expect(best).toMatchObject({ identityId: 'ada', decision: Decision.DECISION_MATCHED });
  });

  it('tells what the similarity was worth', async () => {
    const { best } = await search({ targetFpr: 0.002 });
    const one = fprAt(CURVE.points, best?.similarity ?? 0);
    expect((best?.estimatedFpr?.value ?? 0) / (2 * one.value)).toBeCloseTo(1, 6);
    expect((best?.estimatedFpr?.high ?? 0) / (2 * one.high)).toBeCloseTo(1, 6);
    expect(best?.estimatedFpr?.extrapolated).toBe(one.isFitted);
  });

  it('shows that a target is out of reach', async () => {
    const { rule, best } = await search({ targetFpr: 1e-12 });
    expect(rule).toMatchObject({ matchedSimilarity: 1, uncertainSimilarity: 1 });
    expect(best?.decision).toBe(Decision.DECISION_UNKNOWN);
  });

  it('does not take a threshold beside it', async () => {
    const both = search({ targetFpr: 0.01, threshold: 0.5 });
    await expect(both).rejects.toMatchObject({ code: 'FIELD_INVALID', field: 'target_fpr' });
  });
});

describe('the targets of a gallery', () => {
  it('hold for its searches until they are taken back', async () => {
    expect((await search()).rule).toMatchObject({ matchedSimilarity: 0.999, targetFpr: undefined });
    const { gallery } = await ofGallery({ targetFpr: 0.02 });
    expect(gallery?.settings).toEqual({ targetFpr: 0.02, uncertainFpr: undefined });
    const strict = await search();
    expect(strict.rule).toMatchObject({ targetFpr: 0.02, uncertainFpr: 0.2 });
    expect(strict.rule?.matchedSimilarity).toBeCloseTo(0.2, 9);
    expect((await search({ targetFpr: 0.002 })).rule?.targetFpr).toBe(0.002);
    await ofGallery({});
    const { rule, best } = await search();
    expect(rule).toMatchObject({ matchedSimilarity: 0.999, targetFpr: undefined });
    expect(best?.decision).toBe(Decision.DECISION_UNKNOWN);
    expect(best?.estimatedFpr?.value).toBeGreaterThan(0); // the curve is there all the same
  });

  it('hold for clips, whose appearances keep what they were worth', async () => {
    await ofGallery({ targetFpr: 0.002 });
    const clip = await running.ingestDone(film(running.clips, 'ada.mp4', other));
    const [seen] = await running.appearances(clip.clipId);
    expect(seen).toMatchObject({ identityId: 'ada', decision: Decision.DECISION_MATCHED });
    const one = fprAt(CURVE.points, seen?.similarity ?? 0);
    expect((seen?.estimatedFpr?.value ?? 0) / (2 * one.value)).toBeCloseTo(1, 6);
    await ofGallery({});
    expect(await running.appearances(clip.clipId)).toEqual([seen]); // decided is decided
  });
});
