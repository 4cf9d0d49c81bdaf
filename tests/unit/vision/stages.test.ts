import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedBundle } from '../../../services/models/load.js';
import type { BundleManifest } from '../../../services/models/manifest.js';
import { Analyser } from '../../../services/vision/analyser.js';
import type { NetworkRunner } from '../../../services/vision/runtime/network-runner.js';
import { Recogniser, withMirrored } from '../../../services/vision/recogniser.js';
import { openTakingRunner } from '../../helpers/taking-runner.js';
import { POINTS, tinyDetector } from '../../helpers/tiny-detectors.js';
import { tinyEmbedder, tinyQuality } from '../../helpers/tiny-embedder.js';
import { PLAIN, PLANAR_BGR } from '../../helpers/tiny-graph.js';
import { ramp, RED, squares } from './pictures.js';
import { CELLS, CHIP_PX, QUALITY_PX, tinyManifest } from './tiny-bundle.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipid-stages-'));
  const files = {
    'detector.onnx': tinyDetector('scrfd', PLANAR_BGR, { widthPx: 320, heightPx: 320 }),
    'embedder.onnx': tinyEmbedder(PLANAR_BGR, CHIP_PX, CELLS),
    'quality.onnx': tinyQuality(PLAIN, QUALITY_PX, 1),
  };
  for (const [file, bytes] of Object.entries(files))
    await writeFile(path.join(folder, file), bytes);
});
afterAll(() => rm(folder, { recursive: true }));

function bundleOf(parts: BundleManifest): LoadedBundle {
  const at = (file: string): string => path.join(folder, file);
  const float = { detectorsInt8: [null], embedderInt8: null };
  const paths = { ...float, detectors: [at('detector.onnx')], landmarks: null };
  return {
    ...{ folder, manifest: parts, bundleId: 'tiny' },
    paths: { ...paths, embedder: at('embedder.onnx'), quality: at('quality.onnx') },
  };
}

async function open(parts: BundleManifest) {
  const bundle = bundleOf(parts);
  const runner = await openTakingRunner(bundle);
  return { bundle, runner, analyser: new Analyser(runner, bundle) };
}

describe('Analyser over tiny networks', () => {
  const frame = squares(640, 640, [
    { x: 128, y: 64, side: 64, colour: RED },
    { x: 448, y: 448, side: 64, colour: [204, 0, 0] },
  ]);

  it('takes a face from picture to quality', async () => {
    const { analyser } = await open(tinyManifest('off'));
    const { faces, stageMs } = await analyser.analyse(frame);
    expect(faces).toHaveLength(2);
    const [face] = faces;
    expect(face?.boxPx.x).toBeCloseTo(128, 3);
    expect(face?.boxPx.width).toBeCloseTo(64, 3);
    expect(face?.pointsPx[0]).toBeCloseTo(128 + 64 * (POINTS[0] ?? 0), 3);
    // The square is the middle half of the chip: a quarter of each quadrant is red.
    const red = [...(face?.feature.subarray(0, 4) ?? [])];
    for (const value of red) expect(value).toBeCloseTo(255 / 4, -1);
    expect([...(face?.feature.subarray(4) ?? [])].every((value) => Math.abs(value) < 0.01)).toBe(
      true,
    );
    expect(face?.quality).toBeCloseTo(255 / 4, -1);
    expect((faces[1]?.quality ?? 0) / (face?.quality ?? 1)).toBeCloseTo(0.8, 2);
    expect(Object.values(stageMs).every((ms) => ms >= 0)).toBe(true);
  });

  it('says the same again, though what it hands over is taken', async () => {
    const { analyser } = await open(tinyManifest('batch'));
    const first = await analyser.analyse(frame);
    expect((await analyser.analyse(frame)).faces).toEqual(first.faces);
  });

  it('finds nobody without running the other networks', async () => {
    const { bundle, runner } = await open(tinyManifest('batch'));
    const ran: string[] = [];
    const noting: NetworkRunner = {
      run: (name, ...rest) => {
        ran.push(name);
        return runner.run(name, ...rest);
      },
    };
    const { faces } = await new Analyser(noting, bundle).analyse(squares(320, 320, []));
    expect(faces).toEqual([]);
    expect(ran).toEqual(['detector.0']);
  });
});

describe('Recogniser', () => {
  const bytes = CHIP_PX * CHIP_PX * 3;
  /** Brighter to the right: a face and its mirror image differ. */
  const chips = new Uint8Array(2 * bytes);
  chips.set(ramp(CHIP_PX, CHIP_PX).pixels);
  chips.set(
    ramp(CHIP_PX, CHIP_PX).pixels.map((value) => 2 * value),
    bytes,
  );

  async function features(mirror: BundleManifest['embedder']['mirror']): Promise<number[][]> {
    const { bundle, runner } = await open(tinyManifest(mirror));
    const recogniser = new Recogniser(runner, bundle.manifest.embedder);
    const before = chips.slice();
    const all = await recogniser.features(chips, 2);
    expect(chips).toEqual(before);
    return all.map((feature) => [...feature].map((value) => Math.round(100 * value) / 100));
  }

  it.each(['off', 'graph'] as const)('gives the face as it is with mirror %s', async (mirror) => {
    // Means of columns 0..15 and 16..31, the same of rows.
    const one = [7.5, 23.5, 7.5, 23.5, 7.5, 7.5, 23.5, 23.5, 15, 31, 31, 47];
    expect(await features(mirror)).toEqual([one, one.map((value) => 2 * value)]);
  });

  it('gives the mean of the face and its mirror image with mirror batch', async () => {
    const one = [15.5, 15.5, 15.5, 15.5, 7.5, 7.5, 23.5, 23.5, 23, 23, 39, 39];
    expect(await features('batch')).toEqual([one, one.map((value) => 2 * value)]);
  });

  it('mirrors rows, not colours', () => {
    const two = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect([...withMirrored(two, 1, 2)]).toEqual([...two, 4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9]);
  });
});
