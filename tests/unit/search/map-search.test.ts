import { describe, expect, it } from 'vitest';
import { SearchFacesRequest } from '../../../services/gen/clipid/v1/search_service.js';
import type { DecisionRule, SearchResult } from '../../../services/identify/port.js';
import { fromSearchFaces, toSearchFacesResponse } from '../../../services/search/map-search.js';
import { madeUpCurve } from '../../contract/store-rows.js';
import { appearanceRow, FAKE_ESTIMATE } from '../../helpers/grpc-application.js';

const galleryOf = () => ({ dimension: 4 });
const PROBE = { $case: 'templateId', templateId: 't' } as const;

function asked(fields: Partial<SearchFacesRequest>) {
  const request = { galleryId: 'g', probe: PROBE, ...fields };
  return fromSearchFaces(SearchFacesRequest.fromPartial(request), galleryOf);
}

describe('a search request', () => {
  it('names a target only where the caller did', () => {
    expect(asked({})).not.toHaveProperty('targetFpr');
    expect(asked({ targetFpr: 0.01 })).toMatchObject({ targetFpr: 0.01 });
    expect(asked({ targetFpr: 0.01 })).not.toHaveProperty('uncertainFpr');
    expect(asked({ targetFpr: 0.01, uncertainFpr: 0.5 })).toMatchObject({ uncertainFpr: 0.5 });
  });

  it.each([
    [{ targetFpr: 0 }, 'target_fpr is 0; it must be in (0, 1)'],
    [{ targetFpr: 1.5 }, 'target_fpr is 1.5; it must be in (0, 1)'],
    [{ targetFpr: 0.1, uncertainFpr: 1 }, 'uncertain_fpr is 1; it must be in (0, 1)'],
    [{ targetFpr: 0.1, uncertainFpr: 0.01 }, 'must not be below target_fpr (0.1)'],
    [{ uncertainFpr: 0.01 }, 'uncertain_fpr needs target_fpr'],
    [{ threshold: 2 }, 'threshold is 2; it must be in [-1, 1]'],
  ])('is refused with %o', (fields, message) => {
    expect(() => asked(fields)).toThrow(message);
  });
});

describe('a search response', () => {
  const rule: DecisionRule = {
    matched: 0.7,
    uncertain: 0.6,
    targets: { matched: 0.01, uncertain: 0.1 },
    comparisons: 340,
    curveSource: 'GALLERY',
    curve: madeUpCurve(),
  };
  const result: SearchResult = { bundleId: 'b', rule, searched: [], unsearched: [] };

  it('says what MATCHED meant', () => {
    expect(toSearchFacesResponse(result, false).rule).toEqual({
      matchedSimilarity: 0.7,
      uncertainSimilarity: 0.6,
      targetFpr: 0.01,
      uncertainFpr: 0.1,
      comparisons: 340,
      curveSource: 'CURVE_SOURCE_GALLERY',
    });
    const fixed = { ...rule, targets: null, curveSource: null, curve: null };
    expect(toSearchFacesResponse({ ...result, rule: fixed }, false).rule).toMatchObject({
      targetFpr: undefined,
      uncertainFpr: undefined,
      curveSource: 'CURVE_SOURCE_UNSPECIFIED',
    });
  });

  it('tells of every match and appearance what it is worth, where that is known', () => {
    const match = { identityId: 'ada', templateId: 't', similarity: 0.9, decision: 'MATCHED' };
    const face = { trackIndex: 0, startMs: 0, endMs: 0, box: null, faces: [] };
    const matches = [FAKE_ESTIMATE, null].map((estimatedFpr) => ({ ...match, estimatedFpr }));
    const appearances = [
      { appearance: appearanceRow('c', 0), similarity: 0.8, estimatedFpr: FAKE_ESTIMATE },
      { appearance: appearanceRow('c', 1), similarity: 0.8, estimatedFpr: null },
    ];
    const searched = [{ face, matches, appearances }] as SearchResult['searched'];
    const [found] = toSearchFacesResponse({ ...result, searched }, false).searchedFaces;
    const estimate = { value: 0.002, low: 0.001, high: 0.004, extrapolated: true };
    expect(found?.matches.map((one) => one.estimatedFpr)).toEqual([estimate, undefined]);
    expect(found?.appearances.map((one) => one.estimatedFpr)).toEqual([estimate, undefined]);
    expect(found?.appearances.map((one) => one.appearance?.estimatedFpr)).toEqual([
      estimate,
      undefined,
    ]);
  });
});
