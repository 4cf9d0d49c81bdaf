import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { countBundle } from '../../../../services/models/flops/bundle.js';
import { countFlops } from '../../../../services/models/flops/count.js';
import { formatBundleFlops } from '../../../../services/models/flops/format.js';
import { readModel } from '../../../../services/models/onnx/read-model.js';
import type { Parameters } from '../../../../services/models/parameters.js';
import { buildPolyFace } from '../../../../services/models/polyface/polyface-graph.js';
import { buildQualityNet } from '../../../../services/models/polyface/quality-graph.js';
import {
  POLYFACE_SOLUTIONS,
  type PolyFaceShape,
} from '../../../../services/models/polyface/shape.js';
import { prepareDefaultBundle } from '../../../../services/models/prepare.js';
import { mobileNetV1, resNet50 } from './published-graphs.js';
import { zeroParameters } from './zero-parameters.js';

const GIGA = 1e9;
const PLAIN = { precision: 'fp32', mirror: false } as const;

describe('networks whose counts are published', () => {
  it('ResNet-50: 4.089 G multiply-adds and 25,557,032 parameters (torchvision)', () => {
    const report = countFlops(readModel(resNet50(), 'resnet50'));
    expect((report.multiplyAdds / GIGA).toFixed(3)).toBe('4.089');
    expect(report.parameters).toBe(25_557_032);
    // Running means and variances are stored, but not learned: 53,120 numbers.
    expect(report.weightBytes).toBe(4 * (25_557_032 + 53_120));
  });

  it('MobileNet 1.0 at 224: 569 M multiply-adds and 4.2 M parameters (its paper)', () => {
    const report = countFlops(readModel(mobileNetV1(), 'mobilenet'));
    expect((report.multiplyAdds / 1e6).toFixed(0)).toBe('569');
    expect((report.parameters / 1e6).toFixed(1)).toBe('4.2');
  });
});

describe("the paper's two solutions, in GFLOPs", () => {
  const flopsOf = (shape: PolyFaceShape, parameters: Parameters) =>
    countFlops(readModel(buildPolyFace(parameters, shape, PLAIN), 'polyface.onnx'));

  it('Efficient PolyFace: 28.25, of which 28.13 in convolutions and the linear layer', () => {
    const report = flopsOf(POLYFACE_SOLUTIONS['efficient-polyface'], zeroParameters());
    expect(within(report.flops / GIGA, 28.25)).toBeLessThan(0.005);
    expect(((2 * report.multiplyAdds) / GIGA).toFixed(2)).toBe('28.13');
    expect((report.parameters / 1e6).toFixed(1)).toBe('119.8');
  });

  it('PolyFace + QAN++: 24.12, of which 23.94 and 0.08 there', () => {
    const face = flopsOf(POLYFACE_SOLUTIONS['polyface-qan'], zeroParameters());
    const quality = countFlops(readModel(buildQualityNet(zeroParameters(), PLAIN), 'q.onnx'));
    expect(within((face.flops + quality.flops) / GIGA, 24.12)).toBeLessThan(0.005);
    expect(((2 * face.multiplyAdds) / GIGA).toFixed(2)).toBe('23.94');
    expect(((2 * quality.multiplyAdds) / GIGA).toFixed(2)).toBe('0.08');
  });
});

describe('the default bundle', () => {
  it('is counted whole: known operators only, one pass over one picture', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'clipid-flops-'));
    try {
      const bundle = await prepareDefaultBundle(folder);
      const { networks, perFaceFlops } = await countBundle(bundle);
      const names = networks.map(({ network }) => network);
      const detectors = ['detector.0', 'detector.1', 'detector.2'];
      expect(names).toEqual([...detectors, 'landmarks', 'embedder', 'quality']);
      for (const { report } of networks) {
        expect(report.multiplyAdds).toBeGreaterThan(1e7);
        expect(report.parameters).toBeGreaterThan(1e5);
        expect(report.convolutionBatches).toEqual([1]);
      }
      const [embedderFlops = 0, qualityFlops = 0] = networks
        .slice(4)
        .map((one) => one.report.flops);
      expect(perFaceFlops).toBe(embedderFlops + qualityFlops);
      const rows = formatBundleFlops({ networks, perFaceFlops }).rows.map(([name]) => name);
      expect(rows).toEqual(names);
      const embedder = { ...bundle.manifest.embedder, inputSizePx: 112 };
      const other = { ...bundle, manifest: { ...bundle.manifest, embedder } };
      await expect(countBundle(other)).rejects.toThrow(
        'pixels is [1, 150, 150, 3], which 1x112x112x3 does not fit',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** How far apart, as a share of the second. */
function within(found: number, wanted: number): number {
  return Math.abs(found - wanted) / wanted;
}
