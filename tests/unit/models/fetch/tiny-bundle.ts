import { createHash } from 'node:crypto';
import type { PixelInput } from '../../../../services/models/manifest.js';
import { GraphBuilder } from '../../../../services/models/onnx/graph-builder.js';
import type { ReadyBundle } from '../../../../services/models/ready/ready-bundle.js';

/** Graphs that read as ONNX models; of some size, so that half of one is something. */
export const TINY_FILES: Readonly<Record<string, Uint8Array>> = {
  'det.onnx': tinyGraph('detector', 8, 1_000),
  'emb.onnx': tinyGraph('embedder', 4, 50_000),
};

/** input: [N, 3, side, side] float32; output: [N, 3 side side]. `padding` floats are carried along. */
function tinyGraph(name: string, sidePx: number, padding: number): Uint8Array {
  const graph = new GraphBuilder(name);
  const input = graph.input('input', 'float32', ['N', 3, sidePx, sidePx]);
  graph.floats('padding', { dims: [padding], values: new Float32Array(padding).fill(1) });
  const flat = graph.node('Flatten', [input], { axis: { int: 1 } });
  graph.output('feature', flat, 'float32', ['N', 3 * sidePx * sidePx]);
  return graph.toBytes();
}

export function sha256Of(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function bytesOf(file: string): Uint8Array {
  return TINY_FILES[file] ?? new Uint8Array();
}

const PIXELS: PixelInput = {
  layout: 'NCHW',
  colour: 'RGB',
  type: 'float32',
  mean: [127.5, 127.5, 127.5],
  std: [127.5, 127.5, 127.5],
};

/** A ready bundle of those files; the sum of `emb.onnx` as given, its size unknown. */
export function tinyReady(
  embedderSha256: string | null = sha256Of(bytesOf('emb.onnx')),
): ReadyBundle {
  const origin = 'made for a test';
  const det = { file: 'det.onnx', sha256: sha256Of(bytesOf('det.onnx')) };
  return {
    sizesBytes: { 'det.onnx': bytesOf('det.onnx').length },
    manifest: {
      schemaVersion: 2,
      name: 'tiny',
      version: '1.0.0',
      detector: {
        family: 'yunet',
        origin,
        graphs: [{ ...det, inputWidthPx: 8, inputHeightPx: 8 }],
        input: PIXELS,
        stridesPx: [8],
        scoreThreshold: 0.5,
        nmsIou: 0.5,
        maxFaces: 10,
      },
      aligner: { kind: 'similarity-5-points', sizePx: 4, pointsPx: 'arcface-112' },
      embedder: {
        file: 'emb.onnx',
        sha256: embedderSha256,
        origin,
        trained: true,
        inputSizePx: 4,
        input: PIXELS,
        dimension: 48,
        mirror: 'off',
      },
      quality: { kind: 'heuristic' },
      aggregation: { kind: 'mean' },
      postprocess: { mean: null, lift: 0 },
      calibration: { matched: 0.5, uncertain: 0.4, note: 'made for a test' },
    },
  };
}
