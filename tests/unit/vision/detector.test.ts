import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DetectorPart, PixelInput } from '../../../services/models/manifest.js';
import { Detector } from '../../../services/vision/detector.js';
import { LocalRunner } from '../../../services/vision/runtime/local-runner.js';
import { POINTS, tinyDetector, tinySettings, type Family } from '../../helpers/tiny-detectors.js';
import { PLAIN, PLANAR_BGR, type Size } from '../../helpers/tiny-graph.js';
import { BLUE, RED, squares, WHITE } from './pictures.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipid-detector-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A detector over tiny graphs of the given sizes. */
async function open(
  family: Family,
  input: PixelInput,
  sizes: readonly Size[],
  ofGraph: (size: Size) => Uint8Array = (size) => tinyDetector(family, input, size),
) {
  const graphs = sizes.map(({ widthPx: inputWidthPx, heightPx: inputHeightPx }, i) => {
    return { file: `${i}.onnx`, sha256: '0'.repeat(64), inputWidthPx, inputHeightPx };
  });
  const part: DetectorPart = {
    ...{ origin: 'a test', graphs, input, scoreThreshold: 0.6, nmsIou: 0.2, maxFaces: 10 },
    ...tinySettings(family),
  };
  const specs = await Promise.all(
    sizes.map(async (size, i) => {
      const file = path.join(folder, `${family}-${i}-${Math.random()}.onnx`);
      await writeFile(file, ofGraph(size));
      const paths = { path: file, int8Path: null };
      return { name: `detector.${i}` as const, ...paths, input, ...size, outputNames: null };
    }),
  );
  const runner = await LocalRunner.openSpecs(specs, { provider: 'cpu', threads: 1 });
  const ran: string[] = [];
  const noting: typeof runner.run = (name, ...rest) => {
    ran.push(name);
    return runner.run(name, ...rest);
  };
  return { detector: new Detector({ run: noting }, part), ran };
}

const SQUARE = { widthPx: 320, heightPx: 320 };
const WIDE = { widthPx: 320, heightPx: 160 };
const SMALL = { x: 64, y: 96, side: 32, colour: RED };
const LARGE = { x: 192, y: 64, side: 64, colour: RED };
const NONE = [
  { x: 0, y: 0, side: 64, colour: BLUE },
  { x: 0, y: 192, side: 64, colour: WHITE },
];
const families: Family[] = ['ssd', 'scrfd', 'retinaface', 'yunet'];
const inputs = [
  { form: 'bytes, RGB, interleaved', input: PLAIN },
  { form: 'floats, BGR, planes', input: PLANAR_BGR },
  { form: 'bytes, BGR, planes', input: { ...PLAIN, layout: 'NCHW', colour: 'BGR' } },
  { form: 'floats, RGB, interleaved', input: { ...PLANAR_BGR, layout: 'NHWC', colour: 'RGB' } },
] as const satisfies readonly { form: string; input: PixelInput }[];

describe.each(families)('a detector of the %s family', (family) => {
  it.each(inputs)('finds squares where they are ($form)', async ({ input }) => {
    const { detector } = await open(family, input, [SQUARE]);
    for (const [widthPx, heightPx] of [
      [640, 320],
      [320, 640],
      [640, 640],
    ] as const) {
      const found = await detector.detect(squares(widthPx, heightPx, [...NONE, SMALL, LARGE]));
      expect(found).toHaveLength(2);
      for (const [i, { x, y, side }] of [LARGE, SMALL].entries()) {
        const { boxPx, pointsPx, score } = found[i] ?? expect.unreachable();
        expect(score).toBeCloseTo(i === 0 ? 1 : 0.9, 2);
        for (const [got, wanted] of [
          [boxPx.x, x],
          [boxPx.y, y],
          [boxPx.width, side],
          [boxPx.height, side],
        ] as const)
          expect(got).toBeCloseTo(wanted, 2);
        if (family === 'ssd') expect(pointsPx).toBeNull();
        else
          POINTS.forEach((share, k) =>
            expect(pointsPx?.[k]).toBeCloseTo((k % 2 === 0 ? x : y) + share * side, 2),
          );
      }
    }
  });

  it('uses the graph that fits the picture, and scales small ones up', async () => {
    const { detector, ran } = await open(family, PLAIN, [SQUARE, WIDE]);
    const small = { x: 16, y: 24, side: 8, colour: RED };
    const [face] = await detector.detect(squares(160, 80, [small]));
    expect(face?.boxPx.x).toBeCloseTo(16, 4);
    expect(face?.boxPx.y).toBeCloseTo(24, 4);
    expect(face?.boxPx.width).toBeCloseTo(8, 4);
    expect(face?.boxPx.height).toBeCloseTo(8, 4);
    expect(face?.score).toBeGreaterThan(0.8);
    await detector.detect(squares(80, 160, []));
    expect(ran).toEqual(['detector.1', 'detector.0']);
  });

  it('finds nobody in the dark around a picture', async () => {
    const { detector } = await open(family, PLANAR_BGR, [SQUARE]);
    expect(await detector.detect(squares(640, 64, []))).toEqual([]);
    expect(await detector.detect(squares(1, 700, []))).toEqual([]);
  });
});

describe('a detector of another form than its manifest says', () => {
  const picture = squares(320, 160, []);

  it.each([
    ['scrfd', 'yunet', 'has 12 outputs, 9 or 6 are expected'],
    ['yunet', 'scrfd', 'has 9 outputs, 12 are expected'],
    ['retinaface', 'ssd', 'has 2 outputs, 3 are expected'],
    ['ssd', 'retinaface', 'has 3 outputs, 2 are expected'],
  ] as const)('is refused: %s over a graph of %s', async (family, real, message) => {
    const { detector } = await open(family, PLAIN, [WIDE], () => tinyDetector(real, PLAIN, WIDE));
    const failure = detector.detect(picture);
    await expect(failure).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    await expect(failure).rejects.toThrow(message);
  });
});
