import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadedBundle, loadBundle } from '../../../services/models/load.js';
import { leastSpanOf } from '../../../services/models/manifest.js';
import { fromFile, holdsQualityNetAlone } from '../../../services/models/paper-weights.js';
import { buildQualityBundle } from '../../../services/models/quality-bundle.js';
import { seededParameters } from '../../../services/models/seeded-parameters.js';
import { openWeights } from '../../../services/models/weights/checkpoint.js';
import { writeSafetensors } from '../../../services/models/weights/write-safetensors.js';
import { FIXTURE_FILES, fixtureManifest, writeFixture } from './bundle-fixture.js';

let root = '';
let base: LoadedBundle;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'clipid-quality-'));
  await writeFixture(path.join(root, 'base'), fixtureManifest());
  base = await loadBundle(path.join(root, 'base'));
});
afterAll(() => rm(root, { recursive: true }));

function build(from: LoadedBundle, name: string, leastSpan?: number): Promise<LoadedBundle> {
  const made = { trained: true, origin: 'made for a test', leastSpan };
  const quality = { parameters: seededParameters(1), ...made };
  return buildQualityBundle({
    ...{ name, version: '2.0.0', quality, base: from },
    out: path.join(root, name),
  });
}

describe('buildQualityBundle', () => {
  it('puts a quality net, with the framing it was trained on, into a bundle', async () => {
    const { manifest, folder, bundleId } = await build(base, 'first');
    const { quality, ...others } = manifest;
    expect(quality).toMatchObject({
      kind: 'network',
      trained: true,
      aligner: { sizePx: 112, pointsPx: 'arcface-112' },
    });
    expect({ ...others, quality: base.manifest.quality }).toEqual({
      ...base.manifest,
      name: 'first',
      version: '2.0.0',
    });
    expect(bundleId).not.toBe(base.bundleId);
    const names = await readdir(folder, { recursive: true });
    expect(names.sort()).toEqual(
      [...Object.keys(FIXTURE_FILES), 'manifest.json', 'nets', 'quality.onnx'].sort(),
    );
  });

  it('names the least span that the weights were trained with, and none for others', async () => {
    const { manifest } = await build(base, 'spanned', 0.5);
    expect(leastSpanOf(manifest)).toBe(0.5);
    const other = await build(base, 'published');
    expect(other.manifest.quality).not.toHaveProperty('leastSpan');
    expect(leastSpanOf(other.manifest)).toBe(0);
  });

  it('takes the place of the net that was there', async () => {
    const again = await build(await build(base, 'second'), 'third');
    expect((await readdir(again.folder)).filter((name) => name.startsWith('quality'))).toEqual([
      'quality.onnx',
    ]);
  });
});

describe('fromFile', () => {
  const weights = (leastSpan: string) => ({
    ...{ file: 'q.safetensors', names: [], about: { leastSpan } },
    dimsOf: () => undefined,
    read: () => new Float32Array(),
  });

  it('takes the least span from the header', () => {
    expect(fromFile(weights('0.25'), 'a test').leastSpan).toBe(0.25);
    expect(fromFile({ ...weights(''), about: {} }, 'a test').leastSpan).toBeUndefined();
  });

  it.each(['', 'much', '-1', 'Infinity'])('refuses the least span %j', (text) => {
    expect(() => fromFile(weights(text), 'a test')).toThrow(
      'q.safetensors: the file says leastSpan',
    );
  });
});

describe('holdsQualityNetAlone', () => {
  const tensor = { dims: [1, 48, 1, 1], values: new Float32Array(48) };
  it.each([
    ['fc1.1.weight', true],
    ['module.base.fc1.1.weight', true],
    ['fc.fc.weight', false],
  ])('tells a quality net by its last layer: %s', async (name, alone) => {
    const file = path.join(root, `${name}.safetensors`);
    await writeSafetensors(file, new Map([[name, tensor]]));
    expect(holdsQualityNetAlone(openWeights(file))).toBe(alone);
  });
});
