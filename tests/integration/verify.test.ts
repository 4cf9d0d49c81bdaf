import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../services/config.js';
import type { LoadedBundle } from '../../services/models/load.js';
import type { BundleManifest, PixelInput } from '../../services/models/manifest.js';
import { prepareDefaultBundle } from '../../services/models/prepare.js';
import { LocalRunner } from '../../services/vision/runtime/local-runner.js';
import type { NetworkRunner } from '../../services/vision/runtime/network-runner.js';
import {
  verifyBundle,
  type VerifyReport,
  type VerifySample,
} from '../../services/vision/verify.js';
import { LOUNGE, STAIRS, still, type View } from '../helpers/service-people.js';

let folder = '';
let bundle: LoadedBundle;
let runner: NetworkRunner;
let lounge: VerifySample;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clipid-verify-'));
  bundle = await prepareDefaultBundle(join(loadConfig({}, {}).models, 'default'));
  runner = await LocalRunner.open(bundle, { provider: 'cpu', threads: 1 });
  lounge = await sample('lounge', LOUNGE, 3);
});
afterAll(() => rm(folder, { recursive: true }));

async function sample(name: string, view: View, faces: number): Promise<VerifySample> {
  const raw = sharp(await still(view))
    .resize(960)
    .raw();
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  const frame = {
    widthPx: 960,
    heightPx: info.height,
    timestampMs: 0,
    pixels: Uint8Array.from(data),
  };
  return { name, frame, leastFaces: faces, mostFaces: faces };
}

/** The default bundle's networks under another manifest. */
function verifyWith(change: Partial<BundleManifest>, over = runner): Promise<VerifyReport> {
  const manifest = { ...bundle.manifest, ...change };
  return verifyBundle(over, { ...bundle, manifest }, [lounge]);
}

function failures({ checks }: VerifyReport): string[] {
  return checks.filter(({ ok }) => !ok).map(({ name }) => name);
}

function wordsOf({ checks }: VerifyReport, name: string): string {
  return checks.find((check) => check.name === name)?.words ?? '';
}

/** A network of the bundle that takes floats where it took bytes; nothing else changes. */
async function takingFloats(file: string): Promise<string> {
  const model = onnxProto.onnx.ModelProto.decode(await readFile(file));
  const type = model.graph?.input?.[0]?.type?.tensorType;
  if (!type) throw new Error(`${file} has no input`);
  type.elemType = onnxProto.onnx.TensorProto.DataType.FLOAT;
  const changed = join(folder, `floats-${Math.random()}.onnx`);
  await writeFile(changed, onnxProto.onnx.ModelProto.encode(model).finish());
  return changed;
}

const floats = (mean: number, std: number): PixelInput => ({
  ...{ layout: 'NHWC', colour: 'RGB', type: 'float32' },
  mean: [mean, mean, mean],
  std: [std, std, std],
});

describe('verifyBundle', () => {
  it('finds nothing wrong with the default bundle', async () => {
    const report = await verifyBundle(runner, bundle, [lounge, await sample('stairs', STAIRS, 5)]);
    expect(failures(report)).toEqual([]);
    expect(report).toMatchObject({ ok: true, untrained: [] });
    expect(report.checks.map(({ name }) => name)).toEqual([
      ...['trained', 'faces found', 'detector latency', 'detector input', 'template', 'points'],
      ...['alignment', 'chips', 'features differ', 'same face nearer'],
      ...['quality differs', 'quality sees blur'],
    ]);
    expect(report.checks.find(({ name }) => name === 'faces found')?.figure).toBe(8);
    expect(report.cannotSee.length).toBeGreaterThan(0);
  });

  it("notices the detector's colours the wrong way round, and names the right one", async () => {
    const { detector } = bundle.manifest;
    const report = await verifyWith({
      detector: { ...detector, input: { ...detector.input, colour: 'BGR' } },
    });
    expect(failures(report)).toEqual(['detector input']);
    expect(wordsOf(report, 'detector input')).toContain('with colour RGB');
  });

  it('does not see colours the wrong way round where the embedder does not care, and says so', async () => {
    const { embedder } = bundle.manifest;
    const report = await verifyWith({
      embedder: { ...embedder, input: { ...embedder.input, colour: 'BGR' } },
    });
    expect(failures(report)).toEqual([]);
    expect(report.cannotSee.join()).toContain("the embedder's colour order");
  });

  it("notices an embedder's wrong mean and std, and names the right ones", async () => {
    const file = await takingFloats(bundle.paths.embedder);
    const paths = { ...bundle.paths, embedder: file, embedderInt8: null };
    const right = { ...bundle.manifest.embedder, input: floats(0, 1) };
    const changed = { ...bundle, paths, manifest: { ...bundle.manifest, embedder: right } };
    const over = await LocalRunner.open(changed, { provider: 'cpu', threads: 1 });
    expect(failures(await verifyWith({ embedder: right }, over))).toEqual([]);
    const wrong = { ...right, input: floats(127.5, 128) };
    const report = await verifyWith({ embedder: wrong }, over);
    expect(failures(report)).toContain('features differ');
    expect(wordsOf(report, 'features differ')).toMatch(
      /With colour ..., mean \[0, 0, 0\], std \[1, 1, 1\]/,
    );
  });

  it("notices a detector's wrong mean and std, and names the right ones", async () => {
    const wide = await takingFloats(bundle.paths.detectors[1] ?? '');
    const graphs = bundle.manifest.detector.graphs.slice(1, 2);
    const right = { ...bundle.manifest.detector, graphs, input: floats(0, 1) };
    const paths = { ...bundle.paths, detectors: [wide], detectorsInt8: [null] };
    const changed = { ...bundle, paths, manifest: { ...bundle.manifest, detector: right } };
    const over = await LocalRunner.open(changed, { provider: 'cpu', threads: 1 });
    const report = await verifyWith({ detector: { ...right, input: floats(0, 255) } }, over);
    expect(failures(report)).toEqual(expect.arrayContaining(['faces found', 'detector input']));
    expect(wordsOf(report, 'detector input')).toContain(
      'with colour RGB, mean [0, 0, 0], std [1, 1, 1]',
    );
    expect(wordsOf(report, 'faces found')).toContain('lounge: 0 found, 3 to 3 are there');
  });

  const template = (pointsPx: BundleManifest['aligner']['pointsPx']): Partial<BundleManifest> => ({
    aligner: { ...bundle.manifest.aligner, pointsPx },
  });

  it('notices a template with eyes and corners of the mouth exchanged', async () => {
    const report = await verifyWith(
      template([
        [100.48, 46.6],
        [47.55, 46.6],
        [74.01, 76.56],
        [97.61, 103.02],
        [50.41, 103.02],
      ]),
    );
    expect(failures(report)).toEqual(expect.arrayContaining(['template', 'alignment']));
    expect(wordsOf(report, 'template')).toBe('the left eye is right of the right eye');
  });

  it('notices a template of another shape, and one of another size', async () => {
    const flat = template([
      [40, 60],
      [110, 60],
      [75, 65],
      [45, 70],
      [105, 70],
    ]);
    expect(failures(await verifyWith(flat))).toContain('alignment');
    const shares = template([
      [0.32, 0.31],
      [0.67, 0.31],
      [0.49, 0.51],
      [0.34, 0.69],
      [0.65, 0.69],
    ]);
    const report = await verifyWith(shares);
    expect(failures(report)).toEqual(expect.arrayContaining(['template', 'chips']));
  });

  it('says what a stage throws, and goes on with what it can', async () => {
    const report = await verifyWith({ embedder: { ...bundle.manifest.embedder, dimension: 512 } });
    expect(failures(report)).toEqual(['features']);
    expect(wordsOf(report, 'features')).toContain('128]; expected is');
    expect(report.checks.map(({ name }) => name)).toContain('quality differs');
  });

  it('notices thresholds that find nobody, or everything', async () => {
    const { detector } = bundle.manifest;
    const high = await verifyWith({ detector: { ...detector, scoreThreshold: 1 } });
    expect(wordsOf(high, 'faces found')).toContain('scoreThreshold is too high');
    const low = await verifyWith({ detector: { ...detector, scoreThreshold: 0.01 } });
    expect(wordsOf(low, 'faces found')).toContain('lounge: 100 found, 3 to 3 are there');
  });

  it('reports weights from a seed', async () => {
    const report = await verifyWith({ embedder: { ...bundle.manifest.embedder, trained: false } });
    expect(report).toMatchObject({ ok: false, untrained: ['embedder'] });
    expect(wordsOf(report, 'trained')).toContain('untrained: embedder');
  });

  it('notices a quality that is the same for everybody, or NaN', async () => {
    const quality: BundleManifest['quality'] = {
      ...{ kind: 'network', file: 'q.onnx', sha256: '0'.repeat(64), origin: 'a test' },
      ...{ trained: true, inputSizePx: 150, input: bundle.manifest.embedder.input },
    };
    const saying = (value: number): NetworkRunner => ({
      run: (name, input, count) =>
        name === 'quality'
          ? Promise.resolve([{ dims: [count, 1], values: new Float32Array(count).fill(value) }])
          : runner.run(name, input, count),
    });
    expect(failures(await verifyWith({ quality }, saying(3)))).toEqual([
      'quality differs',
      'quality sees blur',
    ]);
    const report = await verifyWith({ quality }, saying(Number.NaN));
    expect(wordsOf(report, 'quality')).toContain('not numbers');
  });
});
