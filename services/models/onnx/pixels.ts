import type { PixelInput } from '../manifest.js';
import type { FeatureMap } from './layers.js';
import type { GraphBuilder } from './graph-builder.js';

/** The one input of every image graph that is built here. */
export const PIXELS_INPUT = 'pixels';

/** That input as a manifest describes it: the preprocessing is inside. */
export const GRAPH_PIXELS: PixelInput = {
  name: PIXELS_INPUT,
  layout: 'NHWC',
  colour: 'RGB',
  type: 'uint8',
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

/**
 * Declares `pixels`, uint8 [N, rows, columns, 3] RGB, and turns it into [N, 3, rows, columns]
 * float32 minus `meanRgb`. Dividing is left to the first kernel (`foldDivisor`), where it is free.
 */
export function pixelsMinusMean(
  graph: GraphBuilder,
  size: { readonly rows: number; readonly columns: number },
  meanRgb: readonly [number, number, number],
): FeatureMap {
  const pixels = graph.input(PIXELS_INPUT, 'uint8', ['N', size.rows, size.columns, 3]);
  // Bytes are transposed, not floats: a quarter of the memory traffic.
  const planes = graph.node('Transpose', [pixels], { perm: { ints: [0, 3, 1, 2] } });
  const floats = graph.node('Cast', [planes], { to: { int: 1 } });
  const mean = graph.floats('mean', { dims: [1, 3, 1, 1], values: Float32Array.from(meanRgb) });
  return { ...size, channels: 3, name: graph.node('Sub', [floats, mean]) };
}
