import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../services/config.js';
import { similarity, toEmbedding } from '../../services/core/vectors.js';
import type { LoadedBundle } from '../../services/models/load.js';
import { buildPolyFace } from '../../services/models/polyface/polyface-graph.js';
import { buildQualityNet } from '../../services/models/polyface/quality-graph.js';
import type { PolyFaceShape } from '../../services/models/polyface/shape.js';
import { prepareDefaultBundle } from '../../services/models/prepare.js';
import { seededParameters } from '../../services/models/seeded-parameters.js';
import type { BatchReport } from '../../services/vision/device/device-protocol.js';
import { type NetworkSpec, networkSpecs } from '../../services/vision/runtime/network-runner.js';
import { Network } from '../../services/vision/runtime/networks.js';
import { pictureLength } from '../../services/vision/runtime/pictures.js';
import { VisionPool } from '../../services/vision/pool.js';
import { chooseProvider } from '../../services/vision/runtime/providers.js';
import {
  analyseCopy,
  expectSameFaces,
  frameOf,
  withOneDetector,
} from '../helpers/vision-frames.js';
import { LOUNGE, still } from '../helpers/service-people.js';
import { squareSpec } from '../unit/vision/specs.js';

/**
 * WebGPU against the CPU on a software Vulkan: right or wrong, not fast or slow. Minutes long and in
 * need of a driver, so it runs by `make test-webgpu` alone.
 */
const isAsked = process.env['CLIPID_TEST_WEBGPU'] === '1';
if (!isAsked)
  console.log('webgpu: skipped; `make test-webgpu` runs it on a software Vulkan driver.');

const MINUTES = 60_000;
/** Every layer of PolyFace once, in a quarter of its channels. */
const SMALL: PolyFaceShape = {
  blocks: { a: 1, b: 1, c: 1 },
  inputPx: 235,
  width: 0.25,
  dimension: 256,
};
let bundle: LoadedBundle;
let folder: string;
beforeAll(async () => {
  bundle = await prepareDefaultBundle(join(loadConfig({}, {}).models, 'default'));
  folder = await mkdtemp(join(tmpdir(), 'webgpu-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Smooth blobs and edges, different in every picture: what a convolution has something to say of. */
function pictures(spec: NetworkSpec, count: number): Uint8Array {
  const { widthPx } = spec;
  return Uint8Array.from({ length: count * pictureLength(spec) }, (_, at) => {
    const [channel, x, y] = [at % 3, Math.floor(at / 3) % widthPx, Math.floor(at / 3 / widthPx)];
    const wave =
      Math.sin(x / (7 + channel)) * Math.cos(y / 11) + (x + 2 * y > 2 * widthPx ? 0.5 : 0);
    return 128 + 80 * wave;
  });
}

/** Largest difference as a share of the largest value. */
function relativeError(found: Float32Array, wanted: Float32Array): number {
  expect(found).toHaveLength(wanted.length);
  const most = wanted.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  expect(most).toBeGreaterThan(0);
  return (
    found.reduce((max, value, i) => Math.max(max, Math.abs(value - (wanted[i] ?? NaN))), 0) / most
  );
}

/** Whether every node ran on the GPU: such a session is opened with the CPU forbidden. */
async function expectSameOnBoth(spec: NetworkSpec, count: number): Promise<boolean> {
  const gpu = await Network.open(spec, { provider: 'webgpu', threads: 1 });
  const cpu = await Network.open(spec, { provider: 'cpu', threads: 1 });
  const wanted = await cpu.run(pictures(spec, count), count);
  const found = await gpu.run(pictures(spec, count), count);
  expect(found).toHaveLength(wanted.length);
  wanted.forEach((output, i) => {
    const values = found[i]?.values ?? new Float32Array();
    expect(found[i]?.dims).toEqual(output.dims);
    expect(relativeError(values, output.values)).toBeLessThan(1e-3);
    expect(cosine(values, output.values)).toBeGreaterThan(0.9999);
  });
  return gpu.isWholeOnProvider;
}

function cosine(a: Float32Array, b: Float32Array): number {
  const plain = { mean: null, lift: 0 };
  return similarity(toEmbedding(a, plain), toEmbedding(b, plain));
}

describe.runIf(isAsked)('on webgpu', () => {
  it('a graph runs, and not on the CPU in its name', async () => {
    expect(await chooseProvider('webgpu')).toEqual({ provider: 'webgpu', reason: 'asked for' });
  });

  it.each(['landmarks', 'embedder', 'detector.0', 'detector.1', 'detector.2'] as const)(
    'the default %s gives what it gives on the CPU',
    async (name) => {
      const spec = networkSpecs(bundle).find((one) => one.name === name);
      if (spec === undefined) throw new Error(`the default bundle has no ${name}`);
      expect(await expectSameOnBoth(spec, name.startsWith('detector') ? 1 : 3)).toBe(true);
    },
    10 * MINUTES,
  );

  it(
    'PolyFace and the quality net give what they give on the CPU',
    async () => {
      const exact = { mirror: false, precision: 'fp32' } as const;
      const graphs = {
        feature: buildPolyFace(seededParameters(1), SMALL, exact),
        quality: buildQualityNet(seededParameters(2), exact),
      };
      for (const [output, bytes] of Object.entries(graphs)) {
        const path = join(folder, `${output}.onnx`);
        await writeFile(path, bytes);
        const spec = squareSpec(112, { path, outputNames: [output] });
        expect(await expectSameOnBoth(spec, 2)).toBe(true);
      }
    },
    10 * MINUTES,
  );

  it(
    'a whole pool finds the faces that it finds on the CPU, in fixed batches',
    async () => {
      const one = withOneDetector(bundle);
      const reports: BatchReport[] = [];
      const shared = { workers: 2, threadsPerWorker: 1 };
      const cpu = await VisionPool.start(one, shared);
      const gpu = await VisionPool.start(one, {
        ...shared,
        provider: 'webgpu',
        batch: { sizes: [1, 2] },
        onBatch: (report) => reports.push(report),
      });
      const frame = await frameOf(await still(LOUNGE), 640);
      const wanted = await analyseCopy(cpu, frame);
      const found = await Promise.all([1, 2, 3].map(() => analyseCopy(gpu, frame)));
      expect(gpu.provider).toEqual({ provider: 'webgpu', reason: 'asked for' });
      expect(wanted.faces.length).toBeGreaterThanOrEqual(2);
      for (const analysis of found) expectSameFaces(analysis, wanted);
      expect(new Set(reports.map(({ size }) => size))).toEqual(new Set([1, 2]));
      await Promise.all([cpu.close(), gpu.close()]);
    },
    10 * MINUTES,
  );
});
