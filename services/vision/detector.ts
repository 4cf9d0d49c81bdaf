import type { InferenceSession } from 'onnxruntime-node';
import type { RgbFrame } from '../core/types.js';
import { chooseDetectorGraph, fitLongSide, type FittedSize } from '../models/detector-graph.js';
import type { BundleManifest, DetectorGraph } from '../models/manifest.js';
import { runPixels } from './networks.js';
import { resizeInto } from './resize.js';
import { decodeSsd, type Detection } from './ssd.js';

/** Finds the faces of a frame with the smallest of the bundle's graphs that holds its shape. */
export class Detector {
  /** One input per graph, kept between frames: only what a picture covers is rewritten. */
  private readonly inputs: Uint8Array[];
  private readonly squarePx: number;

  constructor(
    private readonly sessions: readonly InferenceSession[],
    private readonly rules: BundleManifest['detector'],
  ) {
    this.inputs = rules.graphs.map(
      (graph) => new Uint8Array(graph.inputWidthPx * graph.inputHeightPx * 3),
    );
    this.squarePx = Math.max(
      ...rules.graphs.flatMap((graph) => [graph.inputWidthPx, graph.inputHeightPx]),
    );
  }

  /** Best first, in frame pixels. Throws MODEL_FAILED, BUNDLE_INVALID. */
  async detect(frame: RgbFrame): Promise<Detection[]> {
    const fitted = fitLongSide(frame.widthPx, frame.heightPx, this.squarePx);
    const index = chooseDetectorGraph(this.rules.graphs, fitted);
    const [session, graph, input] = [
      this.sessions[index],
      this.rules.graphs[index],
      this.inputs[index],
    ];
    if (session === undefined || graph === undefined || input === undefined) return [];
    drawTopLeft(frame, input, graph, fitted);
    const shape = [1, graph.inputHeightPx, graph.inputWidthPx, 3] as const;
    const { boxes, scores } = await runPixels(session, input, shape, ['boxes', 'scores']);
    // Boxes are shares of the whole square, which the frame's long side fills.
    return decodeSsd(boxes, scores, Math.max(frame.widthPx, frame.heightPx), this.rules);
  }
}

function drawTopLeft(
  frame: RgbFrame,
  input: Uint8Array,
  graph: DetectorGraph,
  size: FittedSize,
): void {
  // What an earlier picture of another shape left behind must not be seen.
  if (size.widthPx < graph.inputWidthPx) input.fill(0);
  else input.fill(0, size.heightPx * graph.inputWidthPx * 3);
  resizeInto(frame, input, graph.inputWidthPx, size.widthPx, size.heightPx);
}
