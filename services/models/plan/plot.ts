import type { PlanRow, PolyFacePlan } from './plan.js';

/** A plan as points: cost to the right, parameters upwards. */
export interface Plot {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly points: readonly PlotPoint[];
  readonly x: Range;
  readonly y: Range;
}

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  readonly inputPx: number;
  readonly published: boolean;
  /** `235 px, 23-38-23, width 1`. */
  readonly label: string;
}

/** An axis from `least` to `most` with a mark at every `step`. */
export interface Range {
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

const MARKS = 5;

/** Latency against parameters where it was measured, else GFLOPs against parameters. */
export function plotOf({ rows }: PolyFacePlan): Plot {
  const timed = rows.length > 0 && rows.every(({ latencyMs }) => latencyMs !== null);
  const points = rows.map((row) => ({
    x: timed ? (row.latencyMs ?? 0) : row.cost.flops / 1e9,
    y: row.cost.parameters / 1e6,
    inputPx: row.shape.inputPx,
    published: row.published !== null,
    label: labelOf(row),
  }));
  return {
    xLabel: timed ? 'latency of one face, ms' : 'GFLOPs',
    yLabel: 'parameters, M',
    points,
    x: rangeOf(points.map(({ x }) => x)),
    y: rangeOf(points.map(({ y }) => y)),
  };
}

/** The input sides that occur, from the smallest. */
export function inputSidesOf(plot: Plot): number[] {
  return [...new Set(plot.points.map(({ inputPx }) => inputPx))].sort((a, b) => a - b);
}

/** The marks of an axis. */
export function marksOf({ least, most, step }: Range): number[] {
  return Array.from({ length: Math.round((most - least) / step) + 1 }, (_, i) => least + i * step);
}

/** Round numbers around the values: steps of 1, 2 or 5 times a power of ten. */
function rangeOf(values: readonly number[]): Range {
  const lowest = Math.min(...values);
  const spread = Math.max(...values) - lowest || Math.abs(lowest) || 1;
  const power = 10 ** Math.floor(Math.log10(spread / MARKS));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => spread / n <= MARKS) ?? spread;
  const least = Math.floor(lowest / step) * step;
  const most = Math.max(least + step, Math.ceil(Math.max(...values) / step) * step);
  return { least, most, step };
}

function labelOf({ shape, published }: PlanRow): string {
  const { a, b, c } = shape.blocks;
  const text = `${shape.inputPx} px, ${a}-${b}-${c}, width ${shape.width}`;
  return published === null ? text : `${text} (${published})`;
}
