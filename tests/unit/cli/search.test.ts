import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Appearance, Decision, FaceReason } from '../../../services/gen/clipid/v1/common.js';
import { CurveSource, DecisionRule, SearchedFace } from '../../../services/gen/clipid/v1/search.js';
import type { SearchFacesRequest } from '../../../services/gen/clipid/v1/search_service.js';
import { EXIT, runFake } from './fakes.js';

const box = { x: 0.25, y: 0.25, width: 0.5, height: 0.5 };
const face = SearchedFace.fromPartial({
  face: { trackIndex: 0, segment: { start: {}, end: { seconds: 1 } }, box },
  matches: [
    { identityId: 'anna', similarity: 0.75, decision: Decision.DECISION_MATCHED, templateId: 't' },
  ],
  appearances: [
    {
      appearance: Appearance.fromPartial({
        clipId: 'clip-1',
        templateId: 't9',
        decision: Decision.DECISION_UNKNOWN,
        similarity: 0.1,
      }),
      similarity: 0.5,
    },
  ],
});
const found = { searchedFaces: [face], unsearchedFaces: [], bundleId: 'b' };

describe('clipid search', () => {
  it('prints one JSON document a face of the probe', async () => {
    const calls = { searchFaces: () => found };
    const { exitCode, results } = await runFake(['search', '--identity', 'anna', '--json'], calls);
    expect(exitCode).toBe(EXIT.ok);
    expect(results).toHaveLength(1);
    expect(JSON.parse(results[0] ?? '')).toMatchObject({
      probe: { trackIndex: 0, startMs: 0, endMs: 1000, box },
      bundleId: 'b',
      matches: [{ identity: 'anna', similarity: 0.75, decision: 'MATCHED' }],
      appearances: [
        {
          clipId: 'clip-1',
          trackIndex: 0,
          decision: 'UNKNOWN',
          identity: null,
          similarity: 0.5, // to the probe, not to the nearest identity
          templateId: 't9',
        },
      ],
    });
  });

  it('asks with a template, and with limits only where they are given', async () => {
    const seen: SearchFacesRequest[] = [];
    const searchFaces = (request: SearchFacesRequest) => {
      seen.push(request);
      return found;
    };
    await runFake(['search', '--template', 't9'], { searchFaces });
    const limits = ['--max-matches', '0', '--max-appearances', '7', '--threshold', '-0.5'];
    await runFake(['search', '--identity', 'anna', ...limits], { searchFaces });
    expect(seen[0]).toEqual({
      galleryId: 'default',
      probe: { $case: 'templateId', templateId: 't9' },
    });
    expect(seen[1]).toMatchObject({ maxMatches: 0, maxAppearances: 7, threshold: -0.5 });
  });

  it('ends with 3 and says why when the probe has no face', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clipid-cli-'));
    const image = join(folder, 'wall.png');
    await writeFile(image, Buffer.from('\x89PNG', 'latin1'));
    const unsearchedFaces = [{ face: undefined, reasons: [FaceReason.FACE_REASON_NO_FACE] }];
    const calls = { searchFaces: () => ({ ...found, searchedFaces: [], unsearchedFaces }) };
    const { exitCode, results } = await runFake(['search', image, '--json'], calls);
    expect(exitCode).toBe(EXIT.notFound);
    expect(JSON.parse(results[0] ?? '')).toEqual({
      probe: null,
      bundleId: 'b',
      rule: null,
      matches: [],
      appearances: [],
      reasons: ['NO_FACE'],
    });
    await rm(folder, { recursive: true });
  });

  it('prints tables for people', async () => {
    const calls = { searchFaces: () => found };
    const { results } = await runFake(['search', '--identity', 'anna'], calls);
    expect(results[0]).toMatch(/anna +0\.750 +MATCHED/);
    expect(results[0]).toMatch(/clip-1 +0 +0\.00 s - 0\.00 s +0\.500 +nobody named +t9/);
  });

  describe('with a target', () => {
    const estimate = { value: 0.00312, low: 0.001, high: 0.006, extrapolated: false };
    const [match] = face.matches;
    const [seen] = face.appearances;
    const worth = SearchedFace.fromPartial({
      ...face,
      matches: [{ ...match, estimatedFpr: estimate }],
      appearances: [{ ...seen, estimatedFpr: { ...estimate, value: 2e-9, extrapolated: true } }],
    });
    const rule = DecisionRule.fromPartial({
      matchedSimilarity: 0.7125,
      uncertainSimilarity: 0.65,
      targetFpr: 0.01,
      uncertainFpr: 0.1,
      comparisons: 340,
      curveSource: CurveSource.CURVE_SOURCE_GALLERY,
    });
    const answer = { ...found, searchedFaces: [worth], rule };
    const asked = ['search', '--identity', 'anna', '--target-fpr', '0.01'];

    it('shows what a match is worth, and what MATCHED meant', async () => {
      const { results, notes } = await runFake(asked, { searchFaces: () => answer });
      expect(results[0]).toMatch(/identity +similarity +false match +decision/);
      expect(results[0]).toMatch(/anna +0\.750 +<= 0\.0031 +MATCHED/);
      expect(results[0]).toMatch(/0\.500 +<= 2e-9 \? +nobody named/);
      expect(notes.join()).toContain('MATCHED from a similarity of 0.713, UNCERTAIN from 0.650');
      expect(notes.join()).toContain("to any of 340 templates, by the gallery's own curve");
    });

    it('says so where the target is out of reach', async () => {
      const beyond = { ...answer, rule: { ...rule, matchedSimilarity: 1 } };
      const { notes } = await runFake(asked, { searchFaces: () => beyond });
      expect(notes.join()).toContain('does not reach so low a share');
    });

    it('prints both in every document, and nothing beside them', async () => {
      const json = [...asked, '--uncertain-fpr', '0.1', '--json'];
      const seenRequests: unknown[] = [];
      const searchFaces = (request: unknown) => {
        seenRequests.push(request);
        return answer;
      };
      const { results, notes } = await runFake(json, { searchFaces });
      expect(seenRequests[0]).toMatchObject({ targetFpr: 0.01, uncertainFpr: 0.1 });
      expect(notes).toEqual([]);
      expect(JSON.parse(results[0] ?? '')).toMatchObject({
        rule: {
          matched: 0.7125,
          uncertain: 0.65,
          targetFpr: 0.01,
          uncertainFpr: 0.1,
          comparisons: 340,
          curve: 'GALLERY',
        },
        matches: [{ estimatedFpr: estimate }],
        appearances: [{ estimatedFpr: { value: 2e-9, extrapolated: true } }],
      });
    });

    it('is not taken beside a threshold', async () => {
      const { exitCode } = await runFake([...asked, '--threshold', '0.5']);
      expect(exitCode).toBe(EXIT.usage);
    });
  });
});
