import type { DetectorGraph } from './manifest.js';

/** Where a picture goes: into the top left of the graph with this index, scaled to this size. */
export interface FittedPicture {
  readonly graphIndex: number;
  /** Both at least 1 px and never more than the graph's input. */
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * The whole picture as large as any of the graphs can hold it, in the smallest graph that holds it at
 * that size: a wide picture needs no square. graphs: at least one.
 */
export function fitPicture(
  graphs: readonly DetectorGraph[],
  widthPx: number,
  heightPx: number,
): FittedPicture {
  const scale = Math.max(...graphs.map((graph) => scaleInto(graph, widthPx, heightPx)));
  // Rounded before graphs are compared: a row more or less is not worth a larger graph.
  const fitted = { widthPx: sidePx(widthPx * scale), heightPx: sidePx(heightPx * scale) };
  let graphIndex = 0;
  let leastArea = Number.POSITIVE_INFINITY;
  graphs.forEach(({ inputWidthPx, inputHeightPx }, index) => {
    const area = inputWidthPx * inputHeightPx;
    const holds = inputWidthPx >= fitted.widthPx && inputHeightPx >= fitted.heightPx;
    if (!holds || area >= leastArea) return;
    graphIndex = index;
    leastArea = area;
  });
  return { graphIndex, ...fitted };
}

function scaleInto(graph: DetectorGraph, widthPx: number, heightPx: number): number {
  return Math.min(graph.inputWidthPx / widthPx, graph.inputHeightPx / heightPx);
}

function sidePx(exactPx: number): number {
  return Math.max(1, Math.round(exactPx));
}
