import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDetectorGraph } from '../../../services/models/face-api/detector.js';
import { findFaceApi } from '../../../services/models/face-api/package.js';
import { Weights } from '../../../services/models/face-api/weights.js';
import { type LoadedBundle, loadBundle } from '../../../services/models/load.js';
import { prepareDefaultBundle } from '../../../services/models/prepare.js';

const FILES = [
  'detector-int8.onnx',
  'detector-tall-int8.onnx',
  'detector-tall.onnx',
  'detector-wide-int8.onnx',
  'detector-wide.onnx',
  'detector.onnx',
  'embedder-int8.onnx',
  'embedder.onnx',
  'landmarks.onnx',
  'manifest.json',
  'quality.onnx',
];

describe('prepareDefaultBundle', () => {
  let root = '';
  let folder = '';
  let first: LoadedBundle;
  const steps: string[] = [];
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'clipid-prepare-'));
    folder = path.join(root, 'models', 'default');
    await mkdir(folder, { recursive: true });
    const leftOver = path.join(folder, 'detector.onnx.0.part');
    await writeFile(leftOver, 'from a writer that was killed');
    await utimes(leftOver, 0, 0);
    first = await prepareDefaultBundle(folder, {
      onProgress: ({ file, done, total }) => steps.push(`${file} ${done}/${total}`),
    });
  });
  afterAll(() => rm(root, { recursive: true }));

  it('writes the files, the manifest last, and nothing else', async () => {
    expect((await readdir(folder)).sort()).toEqual(FILES);
    expect(steps).toHaveLength(FILES.length);
    expect(steps.at(-1)).toBe('manifest.json 11/11');
    expect(first).toEqual(await loadBundle(folder));
    const { origin } = await findFaceApi();
    expect(first.manifest.embedder.origin).toBe(`${origin}: face_recognition_model`);
  });

  it('leaves an intact bundle alone', async () => {
    const before = await stat(path.join(folder, 'detector.onnx'));
    const again = await prepareDefaultBundle(folder, { onProgress: () => expect.unreachable() });
    expect(again).toEqual(first);
    expect((await stat(path.join(folder, 'detector.onnx'))).mtimeMs).toBe(before.mtimeMs);
  });

  it('builds a damaged bundle again, the same from several callers at once', async () => {
    await truncate(path.join(folder, 'embedder.onnx'), 1_000);
    const both = await Promise.all([prepareDefaultBundle(folder), prepareDefaultBundle(folder)]);
    expect(both).toEqual([first, first]);
    expect((await readdir(folder)).sort()).toEqual(FILES);
  });

  it('builds again what another version of the program made', async () => {
    const file = path.join(folder, 'manifest.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"version": "', '"version": "9'));
    expect((await loadBundle(folder)).bundleId).not.toBe(first.bundleId);
    expect(await prepareDefaultBundle(folder)).toEqual(first);
  });

  it('says when the folder cannot be written', async () => {
    const file = path.join(root, 'a-file');
    await writeFile(file, '');
    const failure = prepareDefaultBundle(path.join(file, 'bundle'));
    await expect(failure).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});

describe('buildDetectorGraph', () => {
  it.each([0, 300, 544, -32])('refuses an input of %i px', (heightPx) => {
    const build = () =>
      buildDetectorGraph(new Weights('none', [], new Uint8Array()), { widthPx: 512, heightPx });
    expect(build).toThrow(`heightPx must be a multiple of 32 from 32 to 512, not ${heightPx}`);
  });

  it('names a tensor that the weights lack', () => {
    const build = () =>
      buildDetectorGraph(new Weights('w.bin', [], new Uint8Array()), {
        widthPx: 512,
        heightPx: 512,
      });
    expect(build).toThrow('w.bin: MobilenetV1/Conv2d_0_pointwise/weights is missing');
  });
});
