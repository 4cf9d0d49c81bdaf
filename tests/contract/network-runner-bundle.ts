import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedBundle } from '../../services/models/load.js';
import type { BundleManifest, PixelInput } from '../../services/models/manifest.js';
import type { Dim, ElementType } from '../../services/models/onnx/element-types.js';
import { GraphBuilder } from '../../services/models/onnx/graph-builder.js';

/** Sizes of the tiny networks' pictures. */
export const DETECTOR = { widthPx: 12, heightPx: 8 } as const;
export const FACE_PX = 6;

export const BYTES: PixelInput = {
  name: 'pixels',
  layout: 'NHWC',
  colour: 'RGB',
  type: 'uint8',
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
export const FLOATS: PixelInput = { ...BYTES, name: 'input', layout: 'NCHW', type: 'float32' };

/** A bundle whose networks compute what a test can compute as well; every form of graph is in it. */
export interface TinyBundle {
  readonly bundle: LoadedBundle;
  remove(): Promise<void>;
}

/**
 * detector.0: uint8 NHWC -> `means` [N, 3] of the channels, `maxima` [N, 1, 3];
 * embedder: float32 NCHW -> `feature` [N, 4]: a 1x1 convolution's channels, averaged over the face;
 * quality: made for a batch of 1, and its output [3, 1] does not count pictures.
 */
export async function tinyBundle(): Promise<TinyBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'tiny-bundle-'));
  const write = async (name: string, bytes: Uint8Array): Promise<string> => {
    await writeFile(join(folder, name), bytes);
    return join(folder, name);
  };
  return {
    bundle: {
      folder,
      manifest: tinyManifest(),
      bundleId: 'tiny-1.0.0-0',
      paths: {
        detectors: [await write('detector.onnx', detectorGraph())],
        detectorsInt8: [null],
        landmarks: null,
        embedderInt8: null,
        embedder: await write('embedder.onnx', embedderGraph('N')),
        quality: await write('quality.onnx', qualityGraph()),
      },
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function tinyManifest(): BundleManifest {
  const origin = 'made for a test';
  const file = (name: string) => ({ file: `${name}.onnx`, sha256: '0'.repeat(64) });
  const face = { origin, inputSizePx: FACE_PX, input: FLOATS, trained: false };
  return {
    schemaVersion: 2,
    name: 'tiny',
    version: '1.0.0',
    detector: {
      family: 'yunet',
      origin,
      graphs: [
        {
          ...file('detector'),
          inputWidthPx: DETECTOR.widthPx,
          inputHeightPx: DETECTOR.heightPx,
        },
      ],
      input: BYTES,
      outputNames: ['maxima', 'means'],
      scoreThreshold: 0.5,
      nmsIou: 0.5,
      maxFaces: 10,
      stridesPx: [4],
    },
    aligner: { kind: 'similarity-5-points', sizePx: FACE_PX, pointsPx: 'arcface-112' },
    embedder: { ...face, ...file('embedder'), outputName: 'feature', dimension: 4, mirror: 'off' },
    quality: {
      ...face,
      ...file('quality'),
      kind: 'network',
      input: { ...FLOATS, name: undefined },
    },
    aggregation: { kind: 'qan' },
    postprocess: { mean: null, lift: 0 },
    calibration: { matched: 0.5, uncertain: 0.4, note: 'made for a test' },
  };
}

function detectorGraph(): Uint8Array {
  const graph = new GraphBuilder('detector');
  const dims = ['N', DETECTOR.heightPx, DETECTOR.widthPx, 3];
  const floats = graph.node('Cast', [graph.input('pixels', 'uint8', dims)], { to: { int: 1 } });
  const rows = { axes: { ints: [1, 2] } };
  const means = graph.node('ReduceMean', [floats], { ...rows, keepdims: { int: 0 } });
  graph.output('means', means, 'float32', ['N', 3]);
  const maxima = graph.node('ReduceMax', [floats], { axes: { ints: [1] }, keepdims: { int: 1 } });
  const most = graph.node('ReduceMax', [maxima], { axes: { ints: [2] }, keepdims: { int: 0 } });
  graph.output('maxima', most, 'float32', ['N', 1, 3]);
  return graph.toBytes();
}

/** The channels' weights of the embedder's four features. */
export const FEATURE_WEIGHTS: readonly (readonly [number, number, number])[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [0.5, -0.25, 2],
];

export function embedderGraph(batch: Dim, type: ElementType = 'float32'): Uint8Array {
  const graph = new GraphBuilder('embedder');
  const input = graph.input('input', type, [batch, 3, FACE_PX, FACE_PX]);
  const floats = type === 'float32' ? input : graph.node('Cast', [input], { to: { int: 1 } });
  const values = Float32Array.from(FEATURE_WEIGHTS.flat());
  const conv = graph.node('Conv', [floats, graph.floats('w', { dims: [4, 3, 1, 1], values })]);
  const means = graph.node('GlobalAveragePool', [conv]);
  graph.output('feature', graph.node('Flatten', [means]), 'float32', [batch, 4]);
  return graph.toBytes();
}

function qualityGraph(): Uint8Array {
  const graph = new GraphBuilder('quality');
  const input = graph.input('face', 'float32', [1, 3, FACE_PX, FACE_PX]);
  const means = graph.node('GlobalAveragePool', [input]);
  const shape = graph.ints([3, 1]);
  graph.output('score', graph.node('Reshape', [means, shape]), 'float32', [3, 1]);
  return graph.toBytes();
}
