import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { embedder, quality } from '../../../../services/models/manifest-parts.js';
import { elementCount, floatTensor } from '../../../../services/models/onnx/tensor.js';
import type { Parameters } from '../../../../services/models/parameters.js';
import {
  polyFaceEmbedder,
  qualityNetPart,
} from '../../../../services/models/polyface/bundle-parts.js';
import { buildPolyFace } from '../../../../services/models/polyface/polyface-graph.js';
import { buildQualityNet } from '../../../../services/models/polyface/quality-graph.js';
import { POLYFACE_SOLUTIONS } from '../../../../services/models/polyface/shape.js';
import { seededParameters } from '../../../../services/models/seeded-parameters.js';
import { parityParameters, parityPixels } from './parity-parameters.js';
import { cosine, relativeGap, runFaces } from './run-faces.js';

/** Large enough to be PolyFace, small enough to be quick. */
const SMALL = { blocks: { a: 2, b: 2, c: 2 }, inputPx: 107, width: 0.25, dimension: 64 };
const FP32 = { mirror: false, precision: 'fp32' } as const;
const FACE_BYTES = 112 * 112 * 3;

describe('PolyFace graphs', () => {
  it.each(['efficient-polyface', 'polyface-qan'] as const)('%s: parameters', (solution) => {
    const wanted = { 'efficient-polyface': 119.9, 'polyface-qan': 104.1 }[solution];
    expect(countOf(POLYFACE_SOLUTIONS[solution].blocks) / 1e6).toBeCloseTo(wanted, 1);
  });

  it('give every face of a batch what they give it alone', async () => {
    const graph = buildPolyFace(parityParameters(), SMALL, { ...FP32, mirror: true });
    const pixels = parityPixels(3);
    const batch = await runFaces(graph, 'feature', pixels);
    expect(batch).toHaveLength(3);
    for (const [i, feature] of batch.entries()) {
      const face = pixels.slice(i * FACE_BYTES, (i + 1) * FACE_BYTES);
      const [alone = new Float32Array()] = await runFaces(graph, 'feature', face);
      expect(relativeGap(feature, [...alone])).toBeLessThan(1e-5);
    }
  });

  it('mirrored, give a face and its mirror image the same', async () => {
    const graph = buildPolyFace(parityParameters(), SMALL, { ...FP32, mirror: true });
    const face = parityPixels(1);
    const [one, other] = await runFaces(graph, 'feature', withMirrorImage(face));
    expect(relativeGap(one ?? [], [...(other ?? [])])).toBeLessThan(1e-5);
    const plain = buildPolyFace(parityParameters(), SMALL, FP32);
    const [left, right] = await runFaces(plain, 'feature', withMirrorImage(face));
    expect(relativeGap(left ?? [], [...(right ?? [])])).toBeGreaterThan(1e-2);
  });

  it.each([75, 139])('are built and run for %i px', async (inputPx) => {
    const shape = { ...SMALL, width: 1 / 8, inputPx };
    const graph = buildPolyFace(seededParameters(1), shape, FP32);
    const [feature] = await runFaces(graph, 'feature', parityPixels(1));
    expect(feature).toHaveLength(64);
    expect(Math.hypot(...(feature ?? []))).toBeGreaterThan(0);
  });

  it('close their parameters when the last is taken', () => {
    for (const build of [
      (parameters: Parameters) => buildPolyFace(parameters, SMALL, FP32),
      (parameters: Parameters) => buildQualityNet(parameters, { precision: 'fp32' }),
    ]) {
      const calls: string[] = [];
      build({
        take: (name, dims) => {
          calls.push('take');
          return floatTensor(dims, new Float32Array(elementCount(dims)));
        },
        close: () => calls.push('close'),
      });
      expect(calls.indexOf('close')).toBe(calls.length - 1);
    }
  });
});

describe('float16 graphs', () => {
  it('give the feature of the float32 ones', async () => {
    const build = (precision: 'fp32' | 'fp16') =>
      buildPolyFace(seededParameters(3), SMALL, { mirror: true, precision });
    const [single, half] = [build('fp32'), build('fp16')];
    expect(half.length / single.length).toBeLessThan(0.55);
    const wanted = await runFaces(single, 'feature', parityPixels(2));
    const found = await runFaces(half, 'feature', parityPixels(2));
    found.forEach((feature, i) => {
      expect(cosine(feature, wanted[i] ?? [])).toBeGreaterThanOrEqual(0.9995);
      // The weights are rounded: a graph that is float32 all the same would give the very same.
      expect([...feature]).not.toEqual([...(wanted[i] ?? [])]);
    });
  });

  it('give the quality of the float32 ones', async () => {
    const build = (precision: 'fp32' | 'fp16') =>
      buildQualityNet(parityParameters(), { precision });
    const wanted = await runFaces(build('fp32'), 'quality', parityPixels(2));
    const found = await runFaces(build('fp16'), 'quality', parityPixels(2));
    const values = wanted.map((row) => row[0] ?? Number.NaN);
    expect(
      relativeGap(
        found.flatMap((row) => [...row]),
        values,
      ),
    ).toBeLessThan(5e-3);
  });
});

describe('parts of a manifest', () => {
  const facts = { file: 'net.onnx', sha256: 'a'.repeat(64), origin: 'seed 1', trained: false };

  it('describe the graphs as they are', async () => {
    const part = polyFaceEmbedder(facts, { dimension: 64, mirror: 'graph' });
    expect(embedder.parse(part)).toEqual({ ...part, inputSizePx: 112, dimension: 64 });
    const graph = buildPolyFace(seededParameters(1), SMALL, { ...FP32, mirror: true });
    expect(await namesOf(graph)).toEqual([part.input.name, part.outputName]);

    const scorer = qualityNetPart(facts);
    expect(quality.parse(scorer)).toMatchObject({ kind: 'network', ...facts });
    const scoring = buildQualityNet(seededParameters(1), { precision: 'fp32' });
    expect(await namesOf(scoring)).toEqual(['pixels', 'quality']);
  });
});

async function namesOf(graph: Uint8Array): Promise<(string | undefined)[]> {
  const session = await ort.InferenceSession.create(graph);
  const names = [...session.inputNames, ...session.outputNames];
  await session.release();
  return names;
}

/** A face, and its mirror image but for the first column, which both networks drop. */
function withMirrorImage(face: Uint8Array): Uint8Array {
  const both = Uint8Array.from([...face, ...face]);
  for (let pixel = 0; pixel < 112 * 112; pixel++) {
    const column = pixel % 112;
    if (column === 0) continue;
    const from = (pixel - column + (112 - column)) * 3;
    both.set(face.subarray(from, from + 3), FACE_BYTES + pixel * 3);
  }
  return both;
}

/** Learned parameters of a depth, from the network with one block of each kind. */
function countOf(blocks: { readonly a: number; readonly b: number; readonly c: number }): number {
  let sum = 0;
  const one = { ...POLYFACE_SOLUTIONS['polyface-qan'], blocks: { a: 1, b: 1, c: 1 } };
  const depths = new Map([
    ['a10', blocks.a],
    ['b20', blocks.b],
    ['c10', blocks.c],
  ]);
  const times = (name: string) => depths.get(name.slice(0, 3)) ?? 1;
  const take = (name: string, dims: readonly number[]) => {
    if (!name.includes('running_')) sum += elementCount(dims) * times(name);
    return floatTensor(dims, new Float32Array(elementCount(dims)));
  };
  buildPolyFace({ take, close: () => undefined }, one, FP32);
  return sum;
}
