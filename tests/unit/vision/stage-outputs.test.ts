import { describe, expect, it } from 'vitest';
import type {
  NetworkOutput,
  NetworkRunner,
} from '../../../services/vision/runtime/network-runner.js';
import { Recogniser } from '../../../services/vision/recogniser.js';
import { createStages } from '../../../services/vision/stages.js';
import { POINTS } from '../../helpers/tiny-detectors.js';
import { PLAIN } from '../../helpers/tiny-graph.js';
import { ramp } from './pictures.js';
import { CHIP_PX, SHA, tinyManifest } from './tiny-bundle.js';

/** A runner whose every network says the same, whatever it is shown. */
function saying(values: readonly number[], dims: readonly number[]): NetworkRunner {
  const output: NetworkOutput = { dims, values: Float32Array.from(values) };
  return { run: () => Promise.resolve([output]) };
}

describe('what a network says that it must not', () => {
  const chip = new Uint8Array(CHIP_PX * CHIP_PX * 3);
  const embedder = { ...tinyManifest('off').embedder, dimension: 3 };
  const feature = (values: number[], dims: number[]): Promise<Float32Array[]> =>
    new Recogniser(saying(values, dims), embedder).features(chip, 1);

  it.each([
    ['NaN', [1, Number.NaN, 0], 'not numbers'],
    ['infinity', [1, Number.POSITIVE_INFINITY, 0], 'not numbers'],
    ['nothing', [0, 0, 0], 'length zero'],
  ])('a feature of %s', async (_, values, message) => {
    const failure = feature(values, [1, 3]);
    await expect(failure).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    await expect(failure).rejects.toThrow(message);
  });

  it('a feature of another dimension', async () => {
    const failure = feature([1, 2, 3, 4], [1, 4]);
    await expect(failure).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
      field: 'embedder.dimension',
    });
    await expect(failure).rejects.toThrow('is [1, 4]; expected is [1, 3]');
  });

  it('takes a feature with dims of 1 behind it', async () => {
    expect(await feature([1, 2, 3], [1, 3, 1, 1])).toEqual([Float32Array.of(1, 2, 3)]);
  });

  const face = { boxPx: { x: 0, y: 0, width: 9, height: 9 }, detectionScore: 1 };
  const faces = [{ ...face, pointsPx: Float32Array.from(POINTS, (share) => 9 * share) }];
  const score = (values: number[], dims: number[]) =>
    createStages(saying(values, dims), tinyManifest('off')).quality.score({
      ...{ frame: ramp(9, 9), faces, chips: chip, chipPx: CHIP_PX },
    });

  it('a quality that is no number, or two of them', async () => {
    await expect(score([Number.NaN], [1, 1])).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    await expect(score([1, 2], [1, 2])).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
  });

  it('takes any real quality, with or without a second dim', async () => {
    expect(await score([-7.5], [1, 1])).toEqual([-7.5]);
    expect(await score([1e9], [1])).toEqual([1e9]);
  });
});

describe('points', () => {
  const frame = ramp(100, 100);
  const boxPx = { x: 10, y: 10, width: 40, height: 40 };
  const landmarks = {
    ...{ file: 'landmarks.onnx', sha256: SHA, origin: 'a test' },
    ...{ inputSizePx: 8, input: PLAIN },
  };

  it("are the detector's own where there is no network of landmarks", async () => {
    const { pointFinder } = createStages(saying([], []), tinyManifest('off'));
    const pointsPx = Float32Array.from(POINTS);
    const outside = { x: 200, y: 0, width: 10, height: 10 };
    const found = await pointFinder.locate(frame, [
      { boxPx, score: 0.9, pointsPx },
      { boxPx: outside, score: 0.8, pointsPx },
    ]);
    expect(found).toEqual([{ boxPx, pointsPx, detectionScore: 0.9 }]);
  });

  it('are asked for where the detector has none', async () => {
    const { pointFinder } = createStages(saying([], []), tinyManifest('off'));
    await expect(
      pointFinder.locate(frame, [{ boxPx, score: 0.9, pointsPx: null }]),
    ).rejects.toMatchObject({ code: 'BUNDLE_INVALID', field: 'landmarks' });
  });

  it('come from the landmarks where the bundle has them', async () => {
    const half = new Array<number>(136).fill(0.5);
    const { pointFinder } = createStages(saying(half, [1, 136]), {
      ...tinyManifest('off'),
      landmarks,
    });
    const [found] = await pointFinder.locate(frame, [{ boxPx, score: 0.9, pointsPx: null }]);
    // Half of the square is the middle of the box, half a pixel of the net's square to the right.
    for (const value of found?.pointsPx ?? []) expect(value).toBeCloseTo(30 + 2.5 - 0.5, 3);
  });

  it('are refused as NaN, or as 67', async () => {
    const wrong = (values: number[], dims: number[]) =>
      createStages(saying(values, dims), { ...tinyManifest('off'), landmarks }).pointFinder.locate(
        frame,
        [{ boxPx, score: 0.9, pointsPx: null }],
      );
    const nan = new Array<number>(136).fill(Number.NaN);
    await expect(wrong(nan, [1, 136])).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    await expect(wrong(nan.slice(2), [1, 134])).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
  });
});
