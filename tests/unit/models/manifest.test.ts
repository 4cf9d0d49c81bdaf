import { describe, expect, it } from 'vitest';
import { bundleIdOf } from '../../../services/models/bundle-id.js';
import { canonicalJson } from '../../../services/models/canonical-json.js';
import { parseManifest } from '../../../services/models/manifest.js';
import { fixtureManifest } from './bundle-fixture.js';

/** The fixture as plain JSON with one value at a dotted path replaced. */
function withValue(at: string, value: unknown): string {
  const manifest: unknown = JSON.parse(JSON.stringify(fixtureManifest()));
  const keys = at.split('.');
  const last = keys.pop() ?? '';
  let inner = manifest as Record<string, unknown>;
  for (const key of keys) inner = inner[key] as Record<string, unknown>;
  inner[last] = value;
  return JSON.stringify(manifest);
}

describe('parseManifest', () => {
  it('takes a good one as it is', () => {
    const manifest = fixtureManifest();
    expect(parseManifest(JSON.stringify(manifest), 'm.json')).toEqual(manifest);
  });

  it.each([
    ['an unknown field', 'surprise', 1, 'the top level'],
    ['an unknown inner field', 'detector.surprise', 1, 'detector'],
    ['another schema', 'schemaVersion', 2, 'schemaVersion'],
    ['a negative size', 'detector.graphs.0.inputWidthPx', -512, 'detector.graphs.0.inputWidthPx'],
    ['half a pixel', 'aligner.sizePx', 150.5, 'aligner.sizePx'],
    ['no graphs', 'detector.graphs', [], 'detector.graphs'],
    ['a climbing path', 'embedder.file', '../embedder.onnx', 'embedder.file'],
    ['a path that climbs later', 'embedder.file', 'a/../../b', 'embedder.file'],
    ['an absolute path', 'embedder.file', '/etc/passwd', 'embedder.file'],
    ['a backslash', 'embedder.file', 'a\\b', 'embedder.file'],
    ['a hidden file', 'landmarks.file', '.ssh', 'landmarks.file'],
    ['a short sha256', 'landmarks.sha256', 'abc', 'landmarks.sha256'],
    ['a score above 1', 'detector.scoreThreshold', 1.5, 'detector.scoreThreshold'],
    [
      'four points',
      'aligner.pointsPx',
      [
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 4],
      ],
      'aligner.pointsPx',
    ],
    ['a point off the chip', 'aligner.pointsPx.0.0', 151, 'aligner.pointsPx'],
    ['a chip of another size', 'aligner.sizePx', 112, 'aligner.sizePx'],
    ['a mean of another dimension', 'postprocess.mean', [1, 2], 'postprocess.mean'],
    ['thresholds the wrong way round', 'calibration.uncertain', 0.7, 'calibration.uncertain'],
    ['a version that is none', 'version', 'latest', 'version'],
    ['a name with a slash', 'name', 'a/b', 'name'],
    ['an unknown aggregation', 'aggregation.kind', 'max', 'aggregation.kind'],
  ])('refuses %s', (_, at, value, field) => {
    const parse = () => parseManifest(withValue(at, value), 'm.json');
    expect(parse).toThrow(expect.objectContaining({ code: 'BUNDLE_INVALID', field }) as Error);
    expect(parse).toThrow(`m.json: ${field} is not valid`);
    expect(parse).toThrow('prepare it again');
  });

  it('refuses text that is not JSON', () => {
    expect(() => parseManifest('{"schemaVersion":', 'm.json')).toThrow(
      'm.json: the top level is not JSON',
    );
  });
});

describe('bundleIdOf', () => {
  it('names name, version and twelve digits', () => {
    expect(bundleIdOf(fixtureManifest())).toMatch(/^fixture-1\.2\.3-[0-9a-f]{12}$/);
  });

  it('does not change with the calibration', () => {
    const calibration = { matched: 0.9, uncertain: 0.1, note: 'new' };
    expect(bundleIdOf({ ...fixtureManifest(), calibration })).toBe(bundleIdOf(fixtureManifest()));
  });

  it.each([
    ['postprocess.mean', [0, 0, 1]],
    ['aligner.pointsPx.0.0', 47.5],
    ['embedder.sha256', '0'.repeat(64)],
    ['detector.scoreThreshold', 0.4],
  ])('changes with %s', (at, value) => {
    const changed = parseManifest(withValue(at, value), 'm.json');
    expect(bundleIdOf(changed)).not.toBe(bundleIdOf(fixtureManifest()));
  });
});

describe('canonicalJson', () => {
  it('orders keys at every depth and leaves lists alone', () => {
    expect(canonicalJson({ b: [2, { d: null, c: 1 }], a: 'x' })).toBe(
      '{"a":"x","b":[2,{"c":1,"d":null}]}',
    );
  });
});
