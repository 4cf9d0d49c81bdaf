import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../../../services/models/manifest.js';
import { findReady, listReady } from '../../../../services/models/ready/list-ready.js';
import {
  type ReadyBundle,
  readyFiles,
  sealManifest,
} from '../../../../services/models/ready/ready-bundle.js';

const SUM = 'ab'.repeat(32);

/** Sums for the files that have none. */
function missingSums(ready: ReadyBundle): Map<string, string> {
  const open = readyFiles(ready).filter(({ sha256 }) => sha256 === null);
  return new Map(open.map(({ file }) => [file, SUM]));
}

describe.each(listReady().map((ready) => [ready.manifest.name, ready] as const))(
  'the ready bundle %s',
  (_, ready) => {
    const manifest = sealManifest(ready, missingSums(ready));
    const { detector } = manifest;

    it('is a valid manifest once its sums are filled in', () => {
      expect(parseManifest(JSON.stringify(manifest), 'manifest.json')).toEqual(manifest);
    });

    it('says where its files are from, what they may be used for and what to do about thresholds', () => {
      expect(manifest.notice).toMatch(/licence|non-commercial/);
      expect(detector.origin).toContain('https://github.com/');
      expect(manifest.embedder.origin).toContain('https://github.com/');
      expect(manifest.calibration.note).toMatch(/not measured here/i);
      expect(manifest.calibration.note).toMatch(/calibrate on your own data/i);
    });

    it('names as many outputs as its detector family has', () => {
      const each = { scrfd: 3, yunet: 4 }[detector.family as string] ?? 0;
      const strides = 'stridesPx' in detector ? detector.stridesPx.length : 0;
      expect(new Set(detector.outputNames).size).toBe(each * strides);
    });

    it('states sizes only of its own files', () => {
      const files = readyFiles(ready).map(({ file }) => file);
      expect(files).toEqual(expect.arrayContaining(Object.keys(ready.sizesBytes)));
      expect(files).toHaveLength(2);
    });
  },
);

describe('sealManifest', () => {
  const adaface = findReady('adaface-ir101');
  const file = 'adaface_ir101_webface12m.onnx';

  it('fills in the sum that is given, and no other', () => {
    const { embedder, detector } = sealManifest(adaface, new Map([[file, SUM]]));
    expect(embedder.sha256).toBe(SUM);
    const [known] = findReady('insightface-buffalo-l').manifest.detector.graphs;
    expect(detector.graphs[0]?.sha256).toBe(known?.sha256);
  });

  it.each([
    ['a missing sum', [], `--sha256 ${file}=`],
    ['a short sum', [[file, 'abc']], '64 hexadecimal digits'],
    ['capitals', [[file, SUM.toUpperCase()]], '64 hexadecimal digits'],
    ['a sum of no file', [['other.onnx', SUM]], 'no file other.onnx'],
    ['another sum than is published', [['det_10g.onnx', SUM]], 'is published with sha256 5838f7fe'],
  ] as const)('refuses %s', (_, sums, message) => {
    const seal = () => sealManifest(adaface, new Map(sums));
    const facts = { code: 'FIELD_INVALID', field: 'sha256' };
    expect(seal).toThrow(expect.objectContaining(facts) as Error);
    expect(seal).toThrow(message);
  });
});

describe('findReady', () => {
  it('lists what there is for a name that is not', () => {
    const find = () => findReady('buffalo');
    const facts = { code: 'FIELD_INVALID', field: 'name' };
    expect(find).toThrow(expect.objectContaining(facts) as Error);
    expect(find).toThrow('opencv-zoo, adaface-ir101');
  });
});
