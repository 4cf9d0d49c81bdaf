import { describe, expect, it } from 'vitest';
import { bundleIdOf } from '../../../services/models/bundle-id.js';
import { canonicalJson } from '../../../services/models/canonical-json.js';
import { parseManifest, untrainedParts } from '../../../services/models/manifest.js';
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

const { detector, embedder } = fixtureManifest();
const { graphs, origin, input, scoreThreshold, nmsIou, maxFaces } = detector;
const COMMON = { graphs, origin, input, scoreThreshold, nmsIou, maxFaces };
const { file, sha256 } = embedder;
const QUALITY_112 = {
  ...{ kind: 'network', file, sha256, origin, input, trained: true },
  inputSizePx: 112,
};
const TWO_FOR_ONE = {
  ...{ ...COMMON, family: 'retinaface', variances: [0.1, 0.2] },
  stridesPx: [8],
  anchorSidesPx: [[16], [32]],
};

describe('parseManifest', () => {
  it('takes a good one as it is', () => {
    const manifest = fixtureManifest();
    expect(parseManifest(JSON.stringify(manifest), 'm.json')).toEqual(manifest);
  });

  it.each([
    ['an unknown field', 'surprise', 1, 'the top level'],
    ['an unknown inner field', 'detector.surprise', 1, 'detector'],
    ['another schema', 'schemaVersion', 1, 'schemaVersion'],
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
    ['an unknown family', 'detector.family', 'yolo', 'detector.family'],
    ['another family without its settings', 'detector.family', 'scrfd', 'detector.stridesPx'],
    ['a detector without points', 'landmarks', undefined, 'landmarks'],
    ['a mean for bytes', 'embedder.input.mean', [127.5, 127.5, 127.5], 'embedder.input'],
    ['a std of nothing', 'embedder.input.std', [1, 0, 1], 'embedder.input.std'],
    ['two channels', 'embedder.input.mean', [0, 0], 'embedder.input.mean'],
    ['an unknown template', 'aligner.pointsPx', 'arcface-113', 'aligner.pointsPx'],
    ['a mirror that is neither', 'embedder.mirror', true, 'embedder.mirror'],
    ['a quality chip of another size', 'quality', QUALITY_112, 'quality.inputSizePx'],
    ['anchors of two strides for one', 'detector', TWO_FOR_ONE, 'detector.anchorSidesPx'],
    ['no outputs', 'detector.outputNames', [], 'detector.outputNames'],
    ['a notice that is a book', 'notice', 'x'.repeat(2_001), 'notice'],
  ])('refuses %s', (_, at, value, field) => {
    const parse = () => parseManifest(withValue(at, value), 'm.json');
    expect(parse).toThrow(expect.objectContaining({ code: 'BUNDLE_INVALID', field }) as Error);
    expect(parse).toThrow(`m.json: ${field} is not valid`);
    expect(parse).toThrow('make it again');
  });

  it.each([
    { family: 'scrfd', stridesPx: [8, 16, 32], anchorsPerCell: 2 },
    {
      family: 'retinaface',
      stridesPx: [8, 16],
      anchorSidesPx: [[16, 32], [64]],
      variances: [0.1, 0.2],
    },
    { family: 'yunet', stridesPx: [8, 16, 32] },
  ])('takes a detector of the $family family without landmarks', (own) => {
    const manifest = JSON.parse(withValue('landmarks', undefined)) as object;
    const text = JSON.stringify({ ...manifest, detector: { ...COMMON, ...own } });
    expect(parseManifest(text, 'm.json').detector).toEqual({ ...COMMON, ...own });
  });

  it('takes a quality net with a chip of its own', () => {
    const aligner = { kind: 'similarity-5-points', sizePx: 112, pointsPx: 'arcface-112' };
    const text = withValue('quality', { ...QUALITY_112, aligner });
    expect(parseManifest(text, 'm.json').quality).toMatchObject({ kind: 'network', aligner });
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
    ['notice', 'for research alone'],
    ['$schema', '../bundle.schema.json'],
  ])('does not change with %s', (at, value) => {
    const changed = parseManifest(withValue(at, value), 'm.json');
    expect(bundleIdOf(changed)).toBe(bundleIdOf(fixtureManifest()));
  });

  it('says of weights from a seed that they are untrained', () => {
    const untrained = parseManifest(withValue('embedder.trained', false), 'm.json');
    expect(untrainedParts(untrained)).toEqual(['embedder']);
    expect(bundleIdOf(untrained)).toMatch(/^fixture-1\.2\.3-[0-9a-f]{12}-untrained$/);
    expect(untrainedParts(fixtureManifest())).toEqual([]);
  });

  it.each([
    ['postprocess.mean', [0, 0, 1]],
    ['embedder.input.colour', 'BGR'],
    ['embedder.mirror', 'batch'],
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
