import { mkdtemp, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleIdOf } from '../../../services/models/bundle-id.js';
import { loadBundle } from '../../../services/models/load.js';
import { fixtureManifest, writeFixture } from './bundle-fixture.js';

describe('loadBundle', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'clipid-bundle-'));
    await writeFixture(folder, fixtureManifest());
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('gives manifest, id and absolute paths', async () => {
    const bundle = await loadBundle(folder);
    expect(bundle.manifest).toEqual(fixtureManifest());
    expect(bundle.bundleId).toBe(bundleIdOf(fixtureManifest()));
    expect(bundle.paths).toEqual({
      detectors: [path.join(folder, 'detector.onnx')],
      detectorsInt8: [null],
      landmarks: path.join(folder, 'landmarks.onnx'),
      embedder: path.join(folder, 'nets', 'embedder.onnx'),
      embedderInt8: null,
      quality: null,
    });
  });

  async function expectInvalid(field: string, message: string): Promise<void> {
    const failure = loadBundle(folder);
    await expect(failure).rejects.toMatchObject({ code: 'BUNDLE_INVALID', field });
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow('make it again');
  }

  it('names a file whose bytes are others', async () => {
    await writeFile(path.join(folder, 'landmarks.onnx'), 'landmarkz');
    await expectInvalid('landmarks.sha256', path.join(folder, 'landmarks.onnx'));
  });

  it('names a file that was cut short', async () => {
    await truncate(path.join(folder, 'nets/embedder.onnx'), 3);
    await expectInvalid('embedder.sha256', path.join(folder, 'nets', 'embedder.onnx'));
  });

  it('names a file that is missing', async () => {
    await unlink(path.join(folder, 'detector.onnx'));
    await expectInvalid('detector.graphs.0.sha256', 'cannot be read');
  });

  it('names a manifest that is missing, cut short or too long', async () => {
    const file = path.join(folder, 'manifest.json');
    await truncate(file, 100);
    await expectInvalid('the top level', `${file}: the top level is not JSON`);
    await writeFile(file, ' '.repeat(1_048_577));
    await expectInvalid('the file', 'is above 1048576 bytes');
    await unlink(file);
    await expectInvalid('the file', `${file}: the file`);
  });
});
