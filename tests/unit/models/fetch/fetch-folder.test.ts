import { mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchBundle, fetchReady } from '../../../../services/models/fetch/fetch-bundle.js';
import type { ReadyBundle } from '../../../../services/models/ready/ready-bundle.js';
import { TINY_FILES, bytesOf, sha256Of, tinyReady } from './tiny-bundle.js';

describe('fetching a bundle from a folder', () => {
  let root = '';
  let from = '';
  let out = '';
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'clipid-fetch-'));
    from = path.join(root, 'from here');
    out = path.join(root, 'bundles', 'tiny');
    await mkdir(from);
    for (const [file, bytes] of Object.entries(TINY_FILES)) {
      await writeFile(path.join(from, file), bytes);
    }
  });
  afterEach(() => rm(root, { recursive: true }));

  const fetchTiny = (ready: ReadyBundle = tinyReady(), place = from) =>
    fetchReady(ready, { from: place, out });

  it('takes a path and a file:// address', async () => {
    const bundle = await fetchTiny();
    await rm(out, { recursive: true });
    expect(await fetchTiny(tinyReady(), pathToFileURL(from).href)).toEqual(bundle);
    expect((await readdir(out)).sort()).toEqual(['det.onnx', 'emb.onnx', 'manifest.json']);
  });

  it('takes the folder of the bundle itself, where only the manifest is missing', async () => {
    const bundle = await fetchReady(tinyReady(), { from, out: from });
    expect(bundle.paths.embedder).toBe(path.join(from, 'emb.onnx'));
  });

  it('keeps the thresholds that the operator wrote into the manifest', async () => {
    await fetchTiny();
    const file = path.join(out, 'manifest.json');
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('0.5,\n    "unc', '0.6,\n    "unc'),
    );
    await truncate(path.join(out, 'emb.onnx'), 10);
    expect((await fetchTiny()).manifest.calibration).toMatchObject({ matched: 0.6 });
  });

  it.each([
    ['another bundle', 'manifest.json', () => JSON.stringify(otherManifest()), 'ALREADY_EXISTS'],
    ['a file of somebody', 'notes.txt', () => 'mine', 'ALREADY_EXISTS'],
    ['half a manifest', 'manifest.json', () => '{', 'BUNDLE_INVALID'],
    ['a vast manifest', 'manifest.json', () => ' '.repeat(1_048_577), 'BUNDLE_INVALID'],
  ])('touches nothing in a folder with %s', async (_, name, text, code) => {
    await mkdir(out, { recursive: true });
    await writeFile(path.join(out, name), text());
    await expect(fetchTiny()).rejects.toMatchObject({ code });
    expect(await readdir(out)).toEqual([name]);
    expect(await readFile(path.join(out, name), 'utf8')).toBe(text());
  });

  it('refuses a path that climbs, before anything is read', async () => {
    const ready = tinyReady();
    const embedder = { ...ready.manifest.embedder, file: '../from here/emb.onnx' };
    const failure = fetchTiny({ ...ready, manifest: { ...ready.manifest, embedder } });
    await expect(failure).rejects.toMatchObject({ code: 'BUNDLE_INVALID', field: 'embedder.file' });
    expect(await readdir(root)).toEqual(['from here']);
  });

  it('needs the sum of a file that is published without one', async () => {
    const failure = fetchTiny(tinyReady(null));
    await expect(failure).rejects.toMatchObject({ code: 'FIELD_INVALID', field: 'sha256' });
    await expect(failure).rejects.toThrow('--sha256 emb.onnx=<64 digits>');
    const sha256 = new Map([['emb.onnx', sha256Of(bytesOf('emb.onnx'))]]);
    const bundle = await fetchReady(tinyReady(null), { from, out, sha256 });
    expect(bundle.manifest).toEqual(tinyReady().manifest);
  });

  it('refuses what has the right sum and is no model', async () => {
    await writeFile(path.join(from, 'emb.onnx'), 'no model');
    const failure = fetchTiny(tinyReady(sha256Of('no model')));
    await expect(failure).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    await expect(failure).rejects.toThrow(path.join(out, 'emb.onnx'));
    expect(await readdir(out)).toEqual(['det.onnx']);
  });

  it('says what is not there, and what is no file', async () => {
    await rm(path.join(from, 'emb.onnx'));
    await expect(fetchTiny()).rejects.toThrow(`${path.join(from, 'emb.onnx')} is not there`);
    await mkdir(path.join(from, 'emb.onnx'));
    await expect(fetchTiny()).rejects.toMatchObject({ code: 'FIELD_INVALID', field: 'from' });
    await expect(fetchTiny()).rejects.toThrow('is not a file');
  });

  it('says when the bundle cannot be written', async () => {
    await writeFile(path.join(root, 'bundles'), 'a file where a folder should be');
    await expect(fetchTiny()).rejects.toMatchObject({ code: 'ALREADY_EXISTS', field: 'out' });
    out = path.join(root, 'taken');
    await mkdir(path.join(out, 'emb.onnx'), { recursive: true });
    await expect(fetchTiny()).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect((await readdir(out)).sort()).toEqual(['det.onnx', 'emb.onnx']);
  });

  it.each(['', 'ftp://models.example/', 'file://other.example/models', 'http://', 'a\nb'])(
    'refuses the location "%s"',
    async (place) => {
      const failure = fetchTiny(tinyReady(), place);
      await expect(failure).rejects.toMatchObject({ code: 'FIELD_INVALID', field: 'from' });
    },
  );

  it('knows the ready bundles by name and no others', async () => {
    const failure = fetchBundle('opencv-zoo', { from, out });
    await expect(failure).rejects.toThrow('face_detection_yunet_2023mar.onnx is not there');
    const unknown = fetchBundle('none', { from, out });
    await expect(unknown).rejects.toThrow('There is no ready bundle of this name');
  });
});

function otherManifest(): object {
  return { ...tinyReady().manifest, name: 'other' };
}
