import { describe, expect, it } from 'vitest';
import type { DetectorPart } from '../../../services/models/manifest.js';
import { decodeFaces } from '../../../services/vision/detectors/decode.js';
import type { PlacedFrame } from '../../../services/vision/detectors/detection.js';
import type { NetworkOutput } from '../../../services/vision/runtime/network-runner.js';
import { PLAIN } from '../../helpers/tiny-graph.js';

/** An input of 32 x 16, in which a frame of 128 x 64 lies. */
const PLACED: PlacedFrame = {
  ...{ inputWidthPx: 32, inputHeightPx: 16, frameWidthPx: 128, frameHeightPx: 64 },
  ...{ scaleX: 4, scaleY: 4 },
};
const COMMON = {
  origin: 'a test',
  graphs: [{ file: 'a', sha256: '0'.repeat(64), inputWidthPx: 32, inputHeightPx: 16 }],
  input: PLAIN,
  ...{ scoreThreshold: 0.5, nmsIou: 0.5, maxFaces: 3 },
};
const SSD: DetectorPart = { ...COMMON, family: 'ssd' };
const SCRFD: DetectorPart = { ...COMMON, family: 'scrfd', stridesPx: [8, 16], anchorsPerCell: 2 };
const RETINA: DetectorPart = {
  ...{ ...COMMON, family: 'retinaface', stridesPx: [8, 16], variances: [0.1, 0.2] },
  anchorSidesPx: [[10, 20], [40]],
};
const YUNET: DetectorPart = { ...COMMON, family: 'yunet', stridesPx: [8, 16] };

/** Zeros of the given dims, with the numbers of one row written at `row`. */
function output(dims: readonly number[], row = 0, numbers: readonly number[] = []): NetworkOutput {
  const values = new Float32Array(dims.reduce((a, b) => a * b, 1));
  values.set(numbers, row * numbers.length);
  return { dims, values };
}

/** Rounded: the hand-computed numbers are exact, float32 is not. */
function seen(outputs: readonly NetworkOutput[], part: DetectorPart, placed = PLACED) {
  const near = (value: number): number => Math.round(value * 1_000) / 1_000;
  return decodeFaces(outputs, part, placed).map(({ boxPx: { x, y, width, height }, ...rest }) => ({
    box: [x, y, width, height].map(near),
    score: near(rest.score),
    points: rest.pointsPx && [...rest.pointsPx].map(near),
  }));
}

/** A 32 x 16 input has 4 x 2 cells of stride 8 and 2 x 1 of stride 16. */
describe('decodeFaces', () => {
  it('reads an SSD: corners in shares of the longest side', () => {
    const boxes = output([1, 3, 4], 1, [0.125, 0.25, 0.375, 0.75]); // top, left, bottom, right
    expect(seen([boxes, output([1, 3], 1, [0.875])], SSD)).toEqual([
      { box: [32, 16, 64, 32], score: 0.875, points: null },
    ]);
  });

  it('reads SCRFD: distances and offsets in strides, from the corner of the cell', () => {
    // Anchor 13 of stride 8 is the second of cell 6: column 2, row 1, so at (16, 8).
    const offsets = [0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1];
    const outputs = [
      output([16, 1], 13, [0.75]),
      output([4, 1]),
      output([16, 4], 13, [0.5, 0.25, 1, 0.75]),
      output([4, 4]),
      output([16, 10], 13, offsets),
      output([4, 10]),
    ];
    // x from 16 - 4 to 16 + 8, y from 8 - 2 to 8 + 6, times 4.
    const face = {
      box: [48, 24, 48, 32],
      score: 0.75,
      points: [64, 32, 96, 32, 80, 48, 64, 64, 96, 64],
    };
    expect(seen(outputs, SCRFD)).toEqual([face]);
    const batched = outputs.map(({ dims, values }) => ({ dims: [1, ...dims], values }));
    expect(seen(batched, SCRFD)).toEqual([face]);
    expect(seen(outputs.slice(0, 4), SCRFD)).toEqual([{ ...face, points: null }]);
  });

  it('reads RetinaFace: centre, logarithm of the size and points relative to the anchor', () => {
    // Anchor 16 + 1 of stride 16: column 1, so at (24, 8), side 40.
    const outputs = [
      output([1, 18, 4], 17, [-0.5, 0.25, 0, Math.log(0.5) / 0.2]),
      output([1, 18, 2], 17, [0.25, 0.75]),
      output([1, 18, 10], 17, [1, 0, 0, 1, -1, -1, 0, 0, 0.5, 0.5]),
    ];
    // A variance of 0.1 makes one unit 4 px: the centre is (22, 9), the size 40 x 20.
    expect(seen(outputs, RETINA)).toEqual([
      {
        box: [8, -4, 160, 80],
        score: 0.75,
        points: [112, 32, 96, 48, 80, 16, 96, 32, 104, 40],
      },
    ]);
    // Anchor 9 of stride 8 is the second of cell 4: column 0, row 1, so at (4, 12), side 20.
    const fine = [output([1, 18, 4]), output([1, 18, 2], 9, [0.1, 0.9]), output([1, 18, 10])];
    expect(seen(fine, RETINA)).toMatchObject([{ box: [-24, 8, 80, 80], score: 0.9 }]);
  });

  it('reads YuNet: both scores, centre and logarithm of the size in strides', () => {
    // Cell 5 of stride 8: column 1, row 1.
    const outputs = [
      ...[output([1, 8, 1], 5, [0.81]), output([1, 2, 1])],
      ...[output([1, 8, 1], 5, [1.5]), output([1, 2, 1])],
      ...[output([1, 8, 4], 5, [0.5, 0.25, Math.log(2), 0]), output([1, 2, 4])],
      ...[output([1, 8, 10], 5, [0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1]), output([1, 2, 10])],
    ];
    // The centre is (12, 10), the size 16 x 8; an obj of 1.5 counts as 1.
    expect(seen(outputs, YUNET)).toEqual([
      { box: [16, 24, 64, 32], score: 0.9, points: [32, 32, 64, 32, 48, 48, 32, 64, 64, 64] },
    ]);
  });

  it('scales across and down by themselves', () => {
    const boxes = output([1, 1, 4], 0, [0, 0, 0.5, 0.5]);
    const stretched = { ...PLACED, scaleY: 2 };
    expect(seen([boxes, output([1, 1], 0, [1])], SSD, stretched)).toMatchObject([
      { box: [0, 0, 64, 32] },
    ]);
  });
});

describe('selection', () => {
  const ssd = (boxes: readonly number[][], scores: readonly number[]) =>
    seen(
      [
        { dims: [1, boxes.length, 4], values: Float32Array.from(boxes.flat()) },
        { dims: [1, scores.length], values: Float32Array.from(scores) },
      ],
      SSD,
    );
  const at = (left: number): number[] => [0, left, 0.25, left + 0.25];

  it('keeps the best of those that overlap, best first, and no more than maxFaces', () => {
    expect(ssd([at(0), at(0.02), at(0.5)], [0.6, 0.9, 0.7])).toMatchObject([
      { score: 0.9 },
      { score: 0.7 },
    ]);
    const four = [0, 0.26, 0.52, 0.78].map(at);
    expect(ssd(four, [0.6, 0.9, 0.7, 0.8]).map(({ score }) => score)).toEqual([0.9, 0.8, 0.7]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'drops what is %d',
    (bad) => {
      expect(ssd([at(0), at(0.5)], [bad, 0.8])).toMatchObject([{ score: 0.8 }]);
      for (let i = 0; i < 4; i++) {
        const box = at(0).map((value, k) => (k === i ? bad : value));
        expect(ssd([box, at(0.5)], [0.9, 0.8])).toMatchObject([{ score: 0.8 }]);
      }
    },
  );

  it('drops a face of which a point is no number', () => {
    const outputs = [
      ...[output([1, 8, 1], 5, [1]), output([1, 2, 1])],
      ...[output([1, 8, 1], 5, [1]), output([1, 2, 1])],
      ...[output([1, 8, 4]), output([1, 2, 4])],
      ...[output([1, 8, 10], 5, [0, 0, 0, 0, Number.NaN, 0, 0, 0, 0, 0]), output([1, 2, 10])],
    ];
    expect(seen(outputs, YUNET)).toEqual([]);
  });

  it('drops boxes without a size and turned inside out', () => {
    expect(ssd([[0, 0, 0, 0], [0.5, 0.5, 0.25, 0.25], at(0)], [0.9, 0.9, 0.6])).toMatchObject([
      { score: 0.6 },
    ]);
  });

  it('cuts boxes that reach absurdly far to one long side around the frame', () => {
    expect(ssd([[-1e30, -1e30, 1e30, 1e30]], [0.9])).toMatchObject([
      { box: [-128, -128, 3 * 128, 64 + 2 * 128] },
    ]);
    // What lies wholly out there is nothing.
    expect(ssd([[1e30, 1e30, 2e30, 2e30]], [0.9])).toEqual([]);
  });

  it('bears a claim of a face everywhere', () => {
    const count = 200_000;
    const outputs = [
      {
        dims: [1, count, 4],
        values: new Float32Array(4 * count).map((_, i) => (i % 4 < 2 ? 0 : 1)),
      },
      { dims: [1, count], values: new Float32Array(count).fill(1) },
    ];
    expect(seen(outputs, SSD)).toHaveLength(1);
  });

  it('never says more than 1', () => {
    expect(ssd([at(0)], [7])).toMatchObject([{ score: 1 }]);
  });
});

describe('outputs of another shape', () => {
  const boxes = output([1, 18, 4]);
  const scores = output([1, 18, 2]);
  const points = output([1, 18, 10]);

  it.each([
    ['fewer anchors', [output([1, 17, 4]), scores, points], 'output 0 (boxes) is [1, 17, 4]'],
    ['scores first', [scores, boxes, points], 'output 0 (boxes) is [1, 18, 2]'],
    ['the wrong way round', [boxes, output([1, 2, 18]), points], 'is [1, 2, 18]'],
    ['two pictures', [boxes, scores, output([2, 9, 10])], 'output 2 (points) is [2, 9, 10]'],
  ])('are refused: %s', (_, outputs, message) => {
    const decode = (): unknown => decodeFaces(outputs, RETINA, PLACED);
    expect(decode).toThrow(
      expect.objectContaining({ code: 'BUNDLE_INVALID', field: 'detector.outputNames' }) as Error,
    );
    expect(decode).toThrow(message);
    expect(decode).toThrow('retinaface family and an input of 32 x 16');
  });

  it('are named as the manifest names them', () => {
    const named = { ...RETINA, outputNames: ['loc', 'conf', 'landms'] };
    const decode = (): unknown => decodeFaces([boxes, scores, output([1, 18, 8])], named, PLACED);
    expect(decode).toThrow('output 2 (landms, points) is [1, 18, 8]; expected is [18, 10]');
  });

  it('rounds up the cells of an input that the stride does not divide', () => {
    const odd = { ...PLACED, inputWidthPx: 33 };
    const outputs = [output([1, 23, 4]), output([1, 23, 2]), output([1, 23, 10])]; // 5x2x2 + 3x1
    expect(decodeFaces(outputs, RETINA, odd)).toEqual([]);
  });
});
