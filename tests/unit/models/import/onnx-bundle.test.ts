import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type OnnxRecogniser,
  bundleFromOnnx,
} from '../../../../services/models/import/onnx-bundle.js';
import { type LoadedBundle, loadBundle } from '../../../../services/models/load.js';
import type { BundleManifest } from '../../../../services/models/manifest.js';
import type { Dim, ElementType } from '../../../../services/models/onnx/element-types.js';
import { GraphBuilder } from '../../../../services/models/onnx/graph-builder.js';
import { fixtureManifest, writeFixture } from '../bundle-fixture.js';
import { sha256Of } from '../fetch/tiny-bundle.js';

interface Shape {
  readonly input?: readonly Dim[];
  readonly output?: readonly Dim[];
  readonly type?: ElementType;
}

/** A graph with these dims; what it computes is not looked at. */
function graphOf({ input = ['N', 3, 112, 112], output = ['N', 64], type = 'float32' }: Shape) {
  const graph = new GraphBuilder('recogniser');
  const pixels = graph.input('image', type, input);
  graph.output('feature', graph.node('Flatten', [pixels]), 'float32', output);
  return graph;
}

describe('bundleFromOnnx', () => {
  let root = '';
  let onnxPath = '';
  let base: LoadedBundle;
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'clipid-import-'));
    onnxPath = path.join(root, 'recogniser.onnx');
    base = await makeBase(fixtureManifest());
    await writeFile(onnxPath, graphOf({}).toBytes());
  });
  afterEach(() => rm(root, { recursive: true }));

  async function makeBase(manifest: BundleManifest): Promise<LoadedBundle> {
    await writeFixture(path.join(root, 'base'), manifest);
    return loadBundle(path.join(root, 'base'));
  }

  const make = (more: Partial<OnnxRecogniser> = {}) =>
    bundleFromOnnx({
      onnxPath,
      name: 'mine',
      version: '1.0.0',
      origin: 'trained for a test',
      colour: 'BGR',
      mean: [127.5, 127.5, 127.5],
      std: [128, 128, 128],
      align: 'arcface-112',
      mirror: 'batch',
      calibration: { matched: 0.5, uncertain: 0.4, note: 'made for a test' },
      base,
      out: path.join(root, 'out'),
      ...more,
    });
  const written = () => readdir(path.join(root, 'out')).catch(() => []);

  it('takes everything before the recogniser from the base, the rest from the graph', async () => {
    const { manifest, paths } = await make();
    const { detector, landmarks, quality, aggregation } = fixtureManifest();
    expect(manifest).toMatchObject({ detector, landmarks, quality, aggregation });
    expect(manifest.aligner).toMatchObject({ sizePx: 112, pointsPx: 'arcface-112' });
    expect(manifest.embedder).toEqual({
      file: 'embedder.onnx',
      sha256: sha256Of(graphOf({}).toBytes()),
      origin: 'trained for a test',
      trained: true,
      inputSizePx: 112,
      input: {
        name: 'image',
        layout: 'NCHW',
        colour: 'BGR',
        type: 'float32',
        mean: [127.5, 127.5, 127.5],
        std: [128, 128, 128],
      },
      outputName: 'feature',
      dimension: 64,
      mirror: 'batch',
    });
    expect(await readFile(paths.embedder)).toEqual(Buffer.from(graphOf({}).toBytes()));
    const files = ['detector.onnx', 'embedder.onnx', 'landmarks.onnx', 'manifest.json'];
    expect((await written()).sort()).toEqual(files);
  });

  it.each<[string, Shape, Partial<OnnxRecogniser>, object]>([
    ['rows first', { input: ['N', 96, 96, 3] }, {}, { inputSizePx: 96 }],
    ['one face at a time', { input: [1, 3, 80, 80], output: [1, 32] }, {}, { dimension: 32 }],
    ['a feature of [N, D, 1, 1]', { output: ['N', 32, 1, 1] }, {}, { dimension: 32 }],
    ['an open size', { input: ['N', 3, 'H', 'W'] }, { inputSizePx: 128 }, { inputSizePx: 128 }],
    ['one open side', { input: ['N', 3, 112, 'W'] }, {}, { inputSizePx: 112 }],
    ['an open dimension', { output: ['N', 'D'] }, { dimension: 7 }, { dimension: 7 }],
    [
      'open channels',
      { input: ['N', 'C', 112, 112] },
      { layout: 'NCHW' },
      { input: { layout: 'NCHW' } },
    ],
    [
      'bytes',
      { type: 'uint8', input: ['N', 112, 112, 3] },
      { mean: [0, 0, 0], std: [1, 1, 1] },
      { input: { layout: 'NHWC', type: 'uint8' } },
    ],
  ])('takes %s', async (_, shape, said, embedder) => {
    await writeFile(onnxPath, graphOf(shape).toBytes());
    expect((await make(said)).manifest).toMatchObject({ embedder });
  });

  it.each<[string, Shape, Partial<OnnxRecogniser>, string, string]>([
    ['another size', {}, { inputSizePx: 96 }, 'inputSizePx', 'is 96, but the graph'],
    ['another layout', {}, { layout: 'NHWC' }, 'layout', 'says NCHW'],
    ['another dimension', {}, { dimension: 512 }, 'dimension', 'is 512, but'],
    ['an open size', { input: ['N', 3, 'H', 'W'] }, {}, 'inputSizePx', 'leaves it open'],
    ['open channels', { input: ['N', 'C', 112, 112] }, {}, 'layout', 'leaves it open'],
    ['an open dimension', { output: ['N', 'D'] }, {}, 'dimension', 'leaves it open'],
    ['an output that is not there', {}, { outputName: 'other' }, 'outputName', 'feature'],
  ])('refuses %s', async (_, shape, said, field, message) => {
    await writeFile(onnxPath, graphOf(shape).toBytes());
    const failure = make(said);
    await expect(failure).rejects.toMatchObject({ code: 'FIELD_INVALID', field });
    await expect(failure).rejects.toThrow(message);
    expect(await written()).toEqual([]);
  });

  it.each<[string, Shape, Partial<OnnxRecogniser>, string]>([
    ['a picture that is not square', { input: ['N', 3, 112, 96] }, {}, '112, 96] is not square'],
    ['batches of eight', { input: [8, 3, 112, 112] }, {}, 'takes exactly 8 pictures at a time'],
    ['grey pictures', { input: ['N', 1, 112, 112] }, { layout: 'NCHW' }, 'has 1 channels, not 3'],
    ['a vector', { input: ['N', 3] }, {}, 'has not four dims'],
    ['whole numbers', { type: 'int64' }, {}, 'is of int64'],
    ['a map of features', { output: ['N', 64, 7, 7] }, {}, 'is no table of features'],
    ['a single number', { output: ['N'] }, {}, 'is no table of features'],
    ['a mean with bytes', { type: 'uint8' }, {}, 'embedder.input is not valid: with type uint8'],
    ['no spread', {}, { std: [1, 0, 1] }, 'embedder.input.std is not valid: must be at least 1e-6'],
    ['no number', {}, { mean: [Number.NaN, 0, 0] }, 'embedder.input.mean.0 is not valid'],
    ['a bad name', {}, { name: '../mine' }, 'The new manifest: name is not valid'],
  ])('refuses %s, with nothing written', async (_, shape, said, message) => {
    await writeFile(onnxPath, graphOf(shape).toBytes());
    const failure = make(said);
    await expect(failure).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    await expect(failure).rejects.toThrow(message);
    expect(await written()).toEqual([]);
  });

  it('refuses a graph with two inputs, and wants to know which of two outputs', async () => {
    const two = graphOf({});
    two.output('norm', two.node('Flatten', ['image']), 'float32', ['N', 1]);
    await writeFile(onnxPath, two.toBytes());
    await expect(make()).rejects.toMatchObject({ code: 'FIELD_INVALID', field: 'outputName' });
    const { embedder } = (await make({ outputName: 'norm' })).manifest;
    expect(embedder).toMatchObject({ outputName: 'norm', dimension: 1 });
    two.input('extra', 'float32', [1]);
    await writeFile(onnxPath, two.toBytes());
    await expect(make()).rejects.toThrow('are 2 (image, extra), not one');
  });

  it('refuses what is no ONNX file', async () => {
    await writeFile(onnxPath, 'no model');
    const failure = make();
    await expect(failure).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    await expect(failure).rejects.toThrow(onnxPath);
    expect(await written()).toEqual([]);
  });

  it('keeps another bundle unless told to replace it, and makes the same one again', async () => {
    const first = await make();
    expect(await make()).toEqual(first);
    await expect(make({ mirror: 'off' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await loadBundle(path.join(root, 'out'))).toEqual(first);
    const replaced = await make({ mirror: 'off', replace: true });
    expect(replaced.manifest.embedder.mirror).toBe('off');
    expect(replaced.bundleId).not.toBe(first.bundleId);
  });

  it('writes into no folder of somebody else', async () => {
    await mkdir(path.join(root, 'out'));
    await writeFile(path.join(root, 'out', 'notes.txt'), 'mine');
    await expect(make()).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await written()).toEqual(['notes.txt']);
  });

  it('copies files of inner folders, and one that has the name of the embedder', async () => {
    const { detector, embedder, ...rest } = fixtureManifest();
    const [graph] = detector.graphs;
    const { file, sha256 } = embedder;
    await writeFile(path.join(root, 'base', 'embedder.onnx'), 'landmarks');
    base = await makeBase({
      ...rest,
      detector: { ...detector, graphs: [{ inputWidthPx: 64, inputHeightPx: 64, file, sha256 }] },
      landmarks: { ...landmarksOf(fixtureManifest()), file: 'embedder.onnx' },
      embedder: { ...embedder, file: 'detector.onnx', sha256: graph?.sha256 ?? '' },
    });
    await make();
    const files = ['embedder-2.onnx', 'embedder.onnx', 'manifest.json', 'nets-embedder.onnx'];
    expect((await written()).sort()).toEqual(files);
  });

  it('aligns for the quality network of the base as the base did', async () => {
    const manifest = fixtureManifest();
    const { file, sha256, inputSizePx, input, origin } = manifest.embedder;
    base = await makeBase({
      ...manifest,
      quality: { kind: 'network', file, sha256, inputSizePx, input, origin, trained: true },
    });
    const { quality } = (await make()).manifest;
    expect(quality).toMatchObject({ file: 'nets-embedder.onnx', aligner: manifest.aligner });
  });
});

function landmarksOf({ landmarks }: BundleManifest): NonNullable<BundleManifest['landmarks']> {
  if (landmarks === undefined) throw new Error('The fixture has landmarks.');
  return landmarks;
}
