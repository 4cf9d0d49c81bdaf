import type { PixelInput } from '../manifest.js';
import type { ReadyManifest } from './ready-bundle.js';

/** (x - 127.5) / 128, RGB: what InsightFace's own wrapper feeds to every SCRFD. */
const SCRFD_INPUT: PixelInput = {
  name: 'input.1',
  layout: 'NCHW',
  colour: 'RGB',
  type: 'float32',
  mean: [127.5, 127.5, 127.5],
  std: [128, 128, 128],
};

/** SCRFD 10GF with key points: `det_10g.onnx` and `scrfd_10g_bnkps.onnx` are the same bytes. */
export const SCRFD_10G = {
  sha256: '5838f7fe053675b1c7a08b633df49e7af5495cee0493c7dcf6697200b85b5b91',
  sizeBytes: 16_923_827,
  // Scores, boxes, points; each for the strides 8, 16, 32.
  outputNames: ['448', '471', '494', '451', '474', '497', '454', '477', '500'],
};

/** SCRFD 500MF with key points. */
export const SCRFD_500M = {
  sha256: '5e4447f50245bbd7966bd6c0fa52938c61474a04ec7def48753668a9d8b4ea3a',
  sizeBytes: 2_524_817,
  outputNames: ['443', '468', '493', '446', '471', '496', '449', '474', '499'],
};

/**
 * An SCRFD of a pack, looked at in squares of 640 px, the size that its authors measure with.
 * Thresholds are the defaults of their wrapper; the bound on the faces is ours.
 */
export function scrfdPart(
  file: string,
  origin: string,
  network: { readonly sha256: string; readonly outputNames: string[] },
): ReadyManifest['detector'] {
  return {
    family: 'scrfd',
    origin,
    graphs: [{ file, sha256: network.sha256, inputWidthPx: 640, inputHeightPx: 640 }],
    input: SCRFD_INPUT,
    outputNames: network.outputNames,
    stridesPx: [8, 16, 32],
    anchorsPerCell: 2,
    scoreThreshold: 0.5,
    nmsIou: 0.4,
    maxFaces: 100,
  };
}
