import type { RgbFrame } from '../core/types.js';
import { fitPicture } from '../models/detector-graph.js';
import type { DetectorPart } from '../models/manifest.js';
import { decodeFaces } from './detectors/decode.js';
import type { Detection } from './detectors/detection.js';
import { networkInput } from './input/network-input.js';
import type { NetworkRunner } from './runtime/network-runner.js';
import { resizeInto } from './resize.js';

/** Finds the faces of a frame with the smallest of the bundle's graphs that holds its shape. */
export class Detector {
  constructor(
    private readonly runner: NetworkRunner,
    private readonly part: DetectorPart,
  ) {}

  /** Best first, in frame pixels. Throws MODEL_FAILED, BUNDLE_INVALID. */
  async detect(frame: RgbFrame): Promise<Detection[]> {
    const { graphs, input } = this.part;
    const fitted = fitPicture(graphs, frame.widthPx, frame.heightPx);
    const graph = graphs[fitted.graphIndex];
    if (graph === undefined) return [];
    const { inputWidthPx, inputHeightPx } = graph;
    // The picture's top left; what it does not cover stays black.
    const pixels = new Uint8Array(inputWidthPx * inputHeightPx * 3);
    resizeInto(frame, pixels, inputWidthPx, fitted.widthPx, fitted.heightPx);
    const name = `detector.${fitted.graphIndex}` as const;
    const outputs = await this.runner.run(name, networkInput(pixels, 1, input), 1);
    return decodeFaces(outputs, this.part, {
      inputWidthPx,
      inputHeightPx,
      frameWidthPx: frame.widthPx,
      frameHeightPx: frame.heightPx,
      scaleX: frame.widthPx / fitted.widthPx,
      scaleY: frame.heightPx / fitted.heightPx,
    });
  }
}
