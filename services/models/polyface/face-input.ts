import type { GraphBuilder } from '../onnx/graph-builder.js';
import type { FeatureMap } from '../onnx/layers.js';
import { PIXELS_INPUT } from '../onnx/pixels.js';

/** Side of the aligned face that both networks take. */
export const FACE_PX = 112;
/** Both networks were trained on faces without their first row and first column. */
const DROPPED_PX = 1;
const KEPT_PX = FACE_PX - DROPPED_PX;
/** 0..255 becomes -1.6..1.6. */
const PIXEL_FACTOR = 3.2 / 255;
const PIXEL_SHIFT = -1.6;
/**
 * The order of a network's input channels, blue first, among our planes, red first: for
 * `reorderInputs` of the first kernel, where turning them round is free.
 */
export const RGB_OF_BGR: readonly number[] = [2, 1, 0];

/**
 * Declares `pixels`, uint8 [N, 112, 112, 3] RGB, an aligned face; drops the first row and column,
 * resizes to `sidePx` (bilinear, half-pixel centres) and scales. Gives float32 [N, 3, sidePx, sidePx]
 * RGB in -1.6..1.6.
 */
export function faceInput(graph: GraphBuilder, sidePx: number): FeatureMap {
  const pixels = graph.input(PIXELS_INPUT, 'uint8', ['N', FACE_PX, FACE_PX, 3]);
  const starts = graph.ints([DROPPED_PX, DROPPED_PX]);
  const ends = graph.ints([FACE_PX, FACE_PX]);
  // Bytes are transposed, not floats: a quarter of the memory traffic. Cut behind the Cast, because
  // WebGPU cuts no bytes.
  const planes = graph.node('Transpose', [pixels], { perm: { ints: [0, 3, 1, 2] } });
  const floats = graph.node('Cast', [planes], { to: { int: 1 } });
  const kept = graph.node('Slice', [floats, starts, ends, graph.ints([2, 3])]);
  const resized = resize(graph, kept, sidePx);
  const scaled = graph.node('Mul', [resized, graph.scalar(PIXEL_FACTOR)]);
  const name = graph.node('Add', [scaled, graph.scalar(PIXEL_SHIFT)]);
  return { name, channels: 3, rows: sidePx, columns: sidePx };
}

/** Faces [N, ...], then their mirror images: [2 N, ...]. */
export function withMirrored(graph: GraphBuilder, faces: FeatureMap): FeatureMap {
  // From the last column to before the first one, backwards.
  const bounds = [[-1], [-faces.columns - 1], [3], [-1]].map((values) => graph.ints(values));
  const mirrored = graph.node('Slice', [faces.name, ...bounds]);
  return { ...faces, name: graph.node('Concat', [faces.name, mirrored], { axis: { int: 0 } }) };
}

/** Features [2 N, dimension] of `withMirrored` to their means [N, dimension]; float32. */
export function mirrorMean(graph: GraphBuilder, features: string, dimension: number): string {
  const halves = graph.node('Reshape', [features, graph.ints([2, -1, dimension])]);
  return graph.node('ReduceMean', [halves], { axes: { ints: [0] }, keepdims: { int: 0 } });
}

function resize(graph: GraphBuilder, planes: string, sidePx: number): string {
  const scale = resizeScale(sidePx);
  const scales = graph.floats('resize', { dims: [4], values: Float32Array.of(1, 1, scale, scale) });
  return graph.node('Resize', [planes, '', scales], {
    mode: { text: 'linear' },
    coordinate_transformation_mode: { text: 'half_pixel' },
  });
}

/** The result's side is floor(side * scale), so that a scale rounded down would lose a pixel. */
function resizeScale(sidePx: number): number {
  const scale = Math.fround(sidePx / KEPT_PX);
  return scale * KEPT_PX >= sidePx ? scale : Math.fround(scale * (1 + 2 ** -23));
}
