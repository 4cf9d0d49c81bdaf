import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildPolyFace } from '../../../../services/models/polyface/polyface-graph.js';
import { buildQualityNet } from '../../../../services/models/polyface/quality-graph.js';
import { parityParameters, parityPixels } from './parity-parameters.js';
import { cosine, relativeGap, runFaces } from './run-faces.js';

interface Asset {
  readonly blocks: { readonly a: number; readonly b: number; readonly c: number };
  readonly dimension: number;
  readonly faces: number;
  readonly shapes: Record<'polyface' | 'quality', Record<string, number[]>>;
  readonly feature: number[][];
  readonly mirroredFeature: number[][];
  readonly quality: number[][];
}

const MOST = 1e-4;
const file = fileURLToPath(new URL('../../../fixtures/networks/parity.json', import.meta.url));
const asset = JSON.parse(await readFile(file, 'utf8')) as Asset;
const pixels = parityPixels(asset.faces);

describe('the networks against the same ones in PyTorch', () => {
  it.each([
    { mirror: false, wanted: asset.feature },
    { mirror: true, wanted: asset.mirroredFeature },
  ])('PolyFace of full width, mirror $mirror', async ({ mirror, wanted }) => {
    const shape = { blocks: asset.blocks, inputPx: 235, width: 1, dimension: asset.dimension };
    const parameters = parityParameters();
    const graph = buildPolyFace(parameters, shape, { mirror, precision: 'fp32' });
    // Behind the feature: only training uses them.
    const inference = Object.entries(asset.shapes.polyface).filter(
      ([name]) => !name.startsWith('fc.bn2.'),
    );
    expect(Object.fromEntries(parameters.taken)).toEqual(Object.fromEntries(inference));
    const features = await runFaces(graph, 'feature', pixels);
    expect(features).toHaveLength(asset.faces);
    features.forEach((feature, i) => {
      const row = wanted[i] ?? [];
      expect(feature).toHaveLength(asset.dimension);
      expect(relativeGap(feature, row)).toBeLessThan(MOST);
      expect(cosine(feature, row)).toBeGreaterThan(1 - 1e-8);
    });
  });

  it('the quality net', async () => {
    const parameters = parityParameters();
    const graph = buildQualityNet(parameters, { precision: 'fp32' });
    expect(Object.fromEntries(parameters.taken)).toEqual(asset.shapes.quality);
    const scores = await runFaces(graph, 'quality', pixels);
    expect(scores.map((score) => score.length)).toEqual(asset.quality.map(() => 1));
    scores.forEach((score, i) => {
      expect(relativeGap(score, asset.quality[i] ?? [])).toBeLessThan(MOST);
    });
    // What tells the faces apart is as exact as the scores themselves.
    const spread = (rows: readonly ArrayLike<number>[]) =>
      (rows[0]?.[0] ?? 0) - (rows[1]?.[0] ?? 0);
    expect(relativeGap([spread(scores)], [spread(asset.quality)])).toBeLessThan(MOST);
  });
});
