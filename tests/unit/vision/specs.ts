import type { NetworkSpec } from '../../../services/vision/runtime/network-runner.js';

/** A network of square pictures as the embedder of a bundle would be. */
export function squareSpec(sizePx: number, changed: Partial<NetworkSpec> = {}): NetworkSpec {
  return {
    name: 'embedder',
    path: '/bundle/embedder.onnx',
    int8Path: null,
    input: {
      name: 'pixels',
      layout: 'NHWC',
      colour: 'RGB',
      type: 'uint8',
      mean: [0, 0, 0],
      std: [1, 1, 1],
    },
    widthPx: sizePx,
    heightPx: sizePx,
    outputNames: ['feature'],
    ...changed,
  };
}
