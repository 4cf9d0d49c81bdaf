import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedBundle } from '../../services/models/load.js';
import type { NetworkRunner } from '../../services/vision/runtime/network-runner.js';
import {
  DETECTOR,
  FACE_PX,
  FEATURE_WEIGHTS,
  type TinyBundle,
  tinyBundle,
} from './network-runner-bundle.js';

/** A runner and how it is closed. */
export interface OpenRunner {
  readonly runner: NetworkRunner;
  close(): Promise<void>;
}

const FACE_VALUES = 3 * FACE_PX ** 2;
const DETECTOR_BYTES = 3 * DETECTOR.widthPx * DETECTOR.heightPx;

/** [count, 3, 6, 6]: face i has the constant planes value(i), value(i) + 1, value(i) + 2. */
function faces(count: number, value: (face: number) => number): Float32Array {
  return Float32Array.from({ length: count * FACE_VALUES }, (_, at) => {
    const face = Math.floor(at / FACE_VALUES);
    return value(face) + Math.floor((at % FACE_VALUES) / FACE_PX ** 2);
  });
}

function featuresOf(count: number, value: (face: number) => number): number[] {
  return Array.from({ length: count }, (_, face) => [0, 1, 2].map((c) => value(face) + c)).flatMap(
    (planes) =>
      FEATURE_WEIGHTS.map((row) => row.reduce((sum, w, c) => sum + w * (planes[c] ?? 0), 0)),
  );
}

async function expectFeatures(
  runner: NetworkRunner,
  count: number,
  value: (face: number) => number,
): Promise<void> {
  const [output] = await runner.run('embedder', faces(count, value), count);
  expect(output?.dims).toEqual([count, 4]);
  const wanted = featuresOf(count, value);
  expect(output?.values).toHaveLength(wanted.length);
  output?.values.forEach((found, i) => expect(found).toBeCloseTo(wanted[i] ?? NaN, 3));
}

/** What every NetworkRunner does, wherever its sessions live. */
export function networkRunnerContract(
  name: string,
  open: (bundle: LoadedBundle) => Promise<OpenRunner>,
): void {
  describe(`${name} as a NetworkRunner`, () => {
    let tiny: TinyBundle;
    let opened: OpenRunner;
    let runner: NetworkRunner;
    beforeAll(async () => {
      tiny = await tinyBundle();
      opened = await open(tiny.bundle);
      runner = opened.runner;
    });
    afterAll(async () => {
      await opened.close();
      await tiny.remove();
    });

    it.each([1, 2, 3, 5, 9, 40])('answers for %d pictures, each in its place', async (count) => {
      await expectFeatures(runner, count, (face) => face - 3);
    });

    it('gives the outputs in the order of the spec, with the dims of the graph', async () => {
      const pixels = Uint8Array.from({ length: 2 * DETECTOR_BYTES }, (_, i) =>
        i < DETECTOR_BYTES ? 10 + (i % 3) : i === DETECTOR_BYTES ? 250 : 0,
      );
      const [maxima, means] = await runner.run('detector.0', pixels, 2);
      expect(maxima?.dims).toEqual([2, 1, 3]);
      expect([...(maxima?.values ?? [])]).toEqual([10, 11, 12, 250, 0, 0]);
      expect(means?.dims).toEqual([2, 3]);
      expect([...(means?.values ?? [])].map((mean) => Math.round(mean))).toEqual([
        10, 11, 12, 3, 0, 0,
      ]);
    });

    it('runs a graph that is made for one picture once for each', async () => {
      const [score] = await runner.run(
        'quality',
        faces(3, (face) => 10 * face),
        3,
      );
      expect(score?.dims).toEqual([3, 3, 1]);
      const values = [...(score?.values ?? [])].map((value) => Math.round(value));
      expect(values).toEqual([0, 1, 2, 10, 11, 12, 20, 21, 22]);
    });

    it('answers everybody who asks at the same time with what they asked for', async () => {
      const asked = Array.from({ length: 30 }, (_, i) =>
        expectFeatures(runner, 1 + (i % 7), (face) => 100 * i + face),
      );
      await Promise.all(asked);
    });

    it('takes a view into a larger buffer and leaves what lies beside it', async () => {
      const all = faces(3, (face) => face);
      const [output] = await runner.run('embedder', all.subarray(FACE_VALUES, 2 * FACE_VALUES), 1);
      expect(output?.values[0]).toBeCloseTo(1, 3);
    });

    it('says the same of the same picture whoever else is in its batch', async () => {
      const alone = await runner.run(
        'embedder',
        faces(1, () => 0.3),
        1,
      );
      const [among] = await Promise.all([
        runner.run(
          'embedder',
          faces(4, (face) => (face === 2 ? 0.3 : face)),
          4,
        ),
        runner.run(
          'embedder',
          faces(3, (face) => -face),
          3,
        ),
      ]);
      const [own, shared] = [alone[0]?.values ?? [], among[0]?.values.subarray(8, 12) ?? []];
      expect(shared).toHaveLength(4);
      own.forEach((value, i) => expect(shared[i]).toBeCloseTo(value, 4));
    });

    it('refuses what is not as the spec says, and goes on', async () => {
      const wrong = [
        runner.run(
          'embedder',
          faces(2, () => 0),
          3,
        ),
        runner.run('embedder', new Uint8Array(FACE_VALUES), 1),
        runner.run('embedder', new Float32Array(), 0),
        runner.run('detector.7', new Uint8Array(DETECTOR_BYTES), 1),
      ];
      for (const one of wrong) await expect(one).rejects.toMatchObject({ code: 'INTERNAL' });
      await expectFeatures(runner, 2, (face) => face);
    });
  });
}
