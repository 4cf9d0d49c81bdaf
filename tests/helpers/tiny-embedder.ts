import { GraphBuilder } from '../../services/models/onnx/graph-builder.js';
import type { PixelInput } from '../../services/models/manifest.js';
import { reshape, rgbPlanes } from './tiny-graph.js';

/** [N, 3 x cells x cells]: the mean colour of each of cells x cells squares, channel by channel. */
export function tinyEmbedder(input: PixelInput, sizePx: number, cells: number): Uint8Array {
  const graph = new GraphBuilder('tiny-embedder');
  const planes = rgbPlanes(graph, input, { widthPx: sizePx, heightPx: sizePx });
  const side = { ints: [sizePx / cells, sizePx / cells] };
  const means = graph.node('AveragePool', [planes], { kernel_shape: side, strides: side });
  const dimension = 3 * cells * cells;
  graph.output('feature', reshape(graph, means, [-1, dimension]), 'float32', ['N', dimension]);
  return graph.toBytes();
}

/** [N, 1]: the mean of red, times a factor. */
export function tinyQuality(input: PixelInput, sizePx: number, factor: number): Uint8Array {
  const graph = new GraphBuilder('tiny-quality');
  const planes = rgbPlanes(graph, input, { widthPx: sizePx, heightPx: sizePx });
  const weights = { dims: [1, 3, 1, 1], values: Float32Array.of(factor, 0, 0) };
  const red = graph.node('Conv', [planes, graph.floats('redness', weights)]);
  const mean = graph.node('GlobalAveragePool', [red]);
  graph.output('quality', reshape(graph, mean, [-1, 1]), 'float32', ['N', 1]);
  return graph.toBytes();
}
