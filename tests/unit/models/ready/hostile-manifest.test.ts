import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadBundle } from '../../../../services/models/load.js';
import { type BundleManifest, parseManifest } from '../../../../services/models/manifest.js';
import { findReady } from '../../../../services/models/ready/list-ready.js';
import { sealManifest } from '../../../../services/models/ready/ready-bundle.js';
import { fixtureManifest, writeFixture } from '../bundle-fixture.js';

const SUM = '0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79';

/** A manifest of the YuNet family as text, with one piece of it replaced. */
function withText(from: string, to: string): string {
  const text = JSON.stringify(sealManifest(findReady('opencv-zoo')));
  const changed = text.replace(from, () => to);
  if (changed === text) throw new Error(`${from} is not in the manifest`);
  return changed;
}

describe('a hostile manifest', () => {
  it.each([
    ['an absolute path', 'face_recognition_sface_2021dec.onnx', '/etc/passwd', 'embedder.file'],
    ['a climbing path', 'face_recognition_sface_2021dec.onnx', 'a/../../b', 'embedder.file'],
    ['a step to the same folder', 'face_recognition_sface_2021dec.onnx', './b', 'embedder.file'],
    ['a drive', 'face_recognition_sface_2021dec.onnx', 'C:/b', 'embedder.file'],
    ['a zero byte', 'face_recognition_sface_2021dec.onnx', 'b\\u0000', 'embedder.file'],
    ['a line end', 'face_recognition_sface_2021dec.onnx', 'b\\n', 'embedder.file'],
    ['a long path', 'face_recognition_sface_2021dec.onnx', 'a'.repeat(201), 'embedder.file'],
    ['capitals in a sum', SUM, SUM.toUpperCase(), 'embedder.sha256'],
    ['a line end behind a sum', SUM, `${SUM}\\n`, 'embedder.sha256'],
    ['a sum of another kind', SUM, SUM.slice(0, 40), 'embedder.sha256'],
    [
      'a negative size',
      '"inputWidthPx":640',
      '"inputWidthPx":-640',
      'detector.graphs.0.inputWidthPx',
    ],
    ['a vast size', '"inputSizePx":112', '"inputSizePx":1e9', 'embedder.inputSizePx'],
    ['an endless number', '"nmsIou":0.3', '"nmsIou":1e999', 'detector.nmsIou'],
    ['a negative stride', '"stridesPx":[8,', '"stridesPx":[-8,', 'detector.stridesPx.0'],
    ['a family that is none', '"family":"yunet"', '"family":"other"', 'detector.family'],
    [
      'a field of another family',
      '"family":"yunet"',
      '"family":"yunet","variances":[1,1]',
      'detector',
    ],
    ['an unknown field', '"trained":true', '"trained":true,"script":"x"', 'embedder'],
    ['a prototype', '"trained":true', '"trained":true,"__proto__":{"a":1}', 'embedder'],
    ['text for a number', '"dimension":128', '"dimension":"128"', 'embedder.dimension'],
    ['nothing for a number', '"matched":0.363', '"matched":null', 'calibration.matched'],
  ])('with %s is refused, naming the field', (_, from, to, field) => {
    const parse = () => parseManifest(withText(from, to), 'manifest.json');
    const facts = { code: 'BUNDLE_INVALID', field };
    expect(parse).toThrow(expect.objectContaining(facts) as Error);
    expect(parse).toThrow('manifest.json: ');
  });

  it('of great depth is refused', () => {
    const parse = () => parseManifest('['.repeat(100_000) + ']'.repeat(100_000), 'manifest.json');
    const facts = { code: 'BUNDLE_INVALID' };
    expect(parse).toThrow(expect.objectContaining(facts) as Error);
  });

  it('that names a file twice with two sums is refused when it is loaded', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'clipid-hostile-'));
    const { embedder, ...rest } = fixtureManifest();
    const twice: BundleManifest = { ...rest, embedder: { ...embedder, file: 'detector.onnx' } };
    await writeFixture(folder, twice);
    const facts = { code: 'BUNDLE_INVALID' };
    await expect(loadBundle(folder)).rejects.toMatchObject(facts);
    await rm(folder, { recursive: true });
  });
});
