import { GraphBuilder } from '../../services/models/onnx/graph-builder.js';
import type { DetectorPart, PixelInput } from '../../services/models/manifest.js';
import { concat, repeated, reshape, rgbPlanes, type Size } from './tiny-graph.js';

/**
 * Detectors that can be proven without weights: a red square that fills one cell of a stride's map is a
 * face there, blue and white ones are none. Every family says so in its own form of outputs.
 */
export const STRIDES = [8, 16, 32];
/** The score of a filled cell of each stride: a face counts where it fills a cell, not where it covers several. */
export const SCORES: Readonly<Record<number, number>> = { 8: 0.5, 16: 0.9, 32: 1 };
/** Where the five points of such a face are, in shares of its square. */
export const POINTS = [0.25, 0.375, 0.75, 0.375, 0.5, 0.5, 0.375, 0.75, 0.625, 0.75];

export type Family = DetectorPart['family'];

interface Level {
  readonly stride: number;
  readonly cells: number;
  readonly columns: number;
  /** [cells, 1]. */
  readonly score: string;
}

/** The outputs' names, in the order of the graph. */
export function tinyDetector(family: Family, input: PixelInput, size: Size): Uint8Array {
  const graph = new GraphBuilder(`tiny-${family}`);
  const levels = levelsOf(graph, input, size);
  if (family === 'ssd') ssd(graph, levels, size);
  else if (family === 'scrfd') scrfd(graph, levels);
  else if (family === 'retinaface') retinaFace(graph, levels);
  else yuNet(graph, levels);
  return graph.toBytes();
}

/** What a manifest must say of such a detector besides its graphs and input. */
export function tinySettings(family: Family) {
  switch (family) {
    case 'ssd':
      return { family };
    case 'scrfd':
      return { family, stridesPx: STRIDES, anchorsPerCell: 2 };
    case 'retinaface':
      return {
        family,
        stridesPx: STRIDES,
        anchorSidesPx: STRIDES.map((stride) => [stride, 2 * stride]),
        variances: [0.1, 0.2] as [number, number],
      };
    case 'yunet':
      return { family, stridesPx: STRIDES };
  }
}

/** Mean of red minus blue in every cell, 1 for pure red, times the stride's score. */
function levelsOf(graph: GraphBuilder, input: PixelInput, size: Size): Level[] {
  const planes = rgbPlanes(graph, input, size);
  const weights = { dims: [1, 3, 1, 1], values: Float32Array.of(1 / 255, 0, -1 / 255) };
  const red = graph.node('Conv', [planes, graph.floats('redness', weights)]);
  return STRIDES.map((stride) => {
    const [columns, rows] = [size.widthPx / stride, size.heightPx / stride];
    const mean = graph.node('AveragePool', [red], {
      kernel_shape: { ints: [stride, stride] },
      strides: { ints: [stride, stride] },
    });
    const scaled = graph.node('Mul', [mean, graph.scalar(SCORES[stride] ?? 0)]);
    const score = reshape(graph, scaled, [rows * columns, 1]);
    return { stride, cells: rows * columns, columns, score };
  });
}

function emit(graph: GraphBuilder, name: string, value: string, dims: readonly number[]): void {
  graph.output(name, value, 'float32', dims);
}

function ssd(graph: GraphBuilder, levels: readonly Level[], size: Size): void {
  const side = Math.max(size.widthPx, size.heightPx);
  const boxes = levels.flatMap(({ stride, cells, columns }) =>
    Array.from({ length: cells }, (_, i) => {
      const [x, y] = [(i % columns) * stride, Math.floor(i / columns) * stride];
      return [y, x, y + stride, x + stride].map((px) => px / side);
    }),
  );
  const anchors = boxes.length;
  const values = Float32Array.from(boxes.flat());
  emit(graph, 'boxes', graph.floats('all', { dims: [1, anchors, 4], values }), [1, anchors, 4]);
  const scores = concat(
    graph,
    levels.map(({ score }) => score),
    0,
  );
  emit(graph, 'scores', reshape(graph, scores, [1, anchors]), [1, anchors]);
}

/** The second of two anchors of a cell speaks; without a batch dim, as InsightFace's graphs. */
function scrfd(graph: GraphBuilder, levels: readonly Level[]): void {
  for (const { stride, cells, score } of levels) {
    const silent = repeated(graph, `silent${stride}`, cells, [0]);
    const both = reshape(graph, concat(graph, [silent, score], 1), [2 * cells, 1]);
    emit(graph, `score_${stride}`, both, [2 * cells, 1]);
  }
  for (const { stride, cells } of levels) {
    const boxes = repeated(graph, `boxes${stride}`, 2 * cells, [0, 0, 1, 1]);
    emit(graph, `bbox_${stride}`, boxes, [2 * cells, 4]);
  }
  for (const { stride, cells } of levels) {
    const points = repeated(graph, `points${stride}`, 2 * cells, POINTS);
    emit(graph, `kps_${stride}`, points, [2 * cells, 10]);
  }
}

/** The second anchor of a cell, twice as large as the cell, shrinks to it. */
function retinaFace(graph: GraphBuilder, levels: readonly Level[]): void {
  const total = levels.reduce((sum, { cells }) => sum + 2 * cells, 0);
  const halve = Math.log(0.5) / 0.2;
  const offsets = POINTS.map((share) => (share - 0.5) / (2 * 0.1));
  const scores = levels.map(({ stride, cells, score }) => {
    const silent = repeated(graph, `silent${stride}`, cells, [1, 0]);
    const background = graph.node('Sub', [graph.scalar(1), score]);
    return reshape(graph, concat(graph, [silent, background, score], 1), [1, 2 * cells, 2]);
  });
  const boxes = repeated(graph, 'loc', total, [0, 0, halve, halve]);
  emit(graph, 'boxes', reshape(graph, boxes, [1, total, 4]), [1, total, 4]);
  emit(graph, 'scores', concat(graph, scores, 1), [1, total, 2]);
  const points = repeated(graph, 'landms', total, offsets);
  emit(graph, 'points', reshape(graph, points, [1, total, 10]), [1, total, 10]);
}

function yuNet(graph: GraphBuilder, levels: readonly Level[]): void {
  const each = (kind: string, columns: number, value: (level: Level) => string): void => {
    for (const level of levels) {
      const dims = [1, level.cells, columns];
      emit(graph, `${kind}_${level.stride}`, reshape(graph, value(level), dims), dims);
    }
  };
  each('cls', 1, ({ score }) => score);
  each('obj', 1, ({ score }) => score);
  each('bbox', 4, ({ stride, cells }) => repeated(graph, `box${stride}`, cells, [0.5, 0.5, 0, 0]));
  each('kps', 10, ({ stride, cells }) => repeated(graph, `kp${stride}`, cells, POINTS));
}
