import { type Plot, type PlotPoint, type Range, inputSidesOf, marksOf } from './plot.js';
import { shown } from './plot-text.js';

const WIDTH = 760;
const HEIGHT = 480;
const FRAME = { left: 70, right: 600, top: 30, bottom: 420 } as const;
/** Told apart also by readers who do not see red and green (Okabe and Ito). */
const COLOURS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#f0e442',
  '#000000',
] as const;

/** A plot as the text of an SVG file, readable on its own: no scripts, fonts or files of others. */
export function plotSvg(plot: Plot): string {
  const sides = inputSidesOf(plot);
  const parts = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...marksOf(plot.x).map((value) => verticalMark(value, plot.x)),
    ...marksOf(plot.y).map((value) => horizontalMark(value, plot.y)),
    text(plot.xLabel, (FRAME.left + FRAME.right) / 2, HEIGHT - 18, 'middle'),
    text(plot.yLabel, FRAME.left, FRAME.top - 12, 'start'),
    ...plot.points.map((point) => mark(plot, point, colour(sides.indexOf(point.inputPx)))),
    ...sides.flatMap((side, i) => legend(`${side} px`, i, circle(620, legendY(i), colour(i)))),
    ...legend('of the paper', sides.length, cross(620, legendY(sides.length), '#333333')),
  ];
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`;
  return [open, ...parts.map((part) => `  ${part}`), '</svg>', ''].join('\n');
}

function mark(plot: Plot, { x, y, label, published }: PlotPoint, fill: string): string {
  const at = [
    scale(x, plot.x, FRAME.left, FRAME.right),
    scale(y, plot.y, FRAME.bottom, FRAME.top),
  ] as const;
  const title = `<title>${escaped(label)}</title>`;
  return `<g>${title}${published ? cross(...at, fill) : circle(...at, fill)}</g>`;
}

function verticalMark(value: number, range: Range): string {
  const x = scale(value, range, FRAME.left, FRAME.right);
  return `${line(x, FRAME.top, x, FRAME.bottom)}${text(shown(value, range), x, FRAME.bottom + 20, 'middle')}`;
}

function horizontalMark(value: number, range: Range): string {
  const y = scale(value, range, FRAME.bottom, FRAME.top);
  return `${line(FRAME.left, y, FRAME.right, y)}${text(shown(value, range), FRAME.left - 8, y + 4, 'end')}`;
}

function legend(label: string, index: number, symbol: string): string[] {
  return [symbol, text(label, 636, legendY(index) + 4, 'start')];
}

function legendY(index: number): number {
  return FRAME.top + 10 + index * 22;
}

function circle(x: number, y: number, fill: string): string {
  return `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="5" fill="${fill}" stroke="#333333"/>`;
}

function cross(x: number, y: number, stroke: string): string {
  const path = `M${fixed(x - 6)} ${fixed(y - 6)}l12 12m0 -12l-12 12`;
  return `<path d="${path}" stroke="${stroke}" stroke-width="3" fill="none"/>`;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" stroke="#dddddd"/>`;
}

function text(content: string, x: number, y: number, anchor: string): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function colour(index: number): string {
  return COLOURS[index % COLOURS.length] ?? COLOURS[0];
}

function scale(value: number, { least, most }: Range, from: number, to: number): number {
  return from + ((value - least) / (most - least)) * (to - from);
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
