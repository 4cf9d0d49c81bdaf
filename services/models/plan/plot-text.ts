import { type Plot, type Range, inputSidesOf, marksOf } from './plot.js';

const COLUMNS = 60;
const ROWS = 16;
const PUBLISHED = '*';
const SEVERAL = '+';

/**
 * A plot as lines of text: a letter for every input side, `*` for the paper's networks, `+` where
 * several different ones fall on one place.
 */
export function plotText(plot: Plot): string[] {
  const sides = inputSidesOf(plot);
  const cells = Array.from({ length: ROWS + 1 }, () => new Array<string>(COLUMNS + 1).fill(' '));
  for (const { x, y, inputPx, published } of plot.points) {
    const row = cells[ROWS - place(y, plot.y, ROWS)];
    const column = place(x, plot.x, COLUMNS);
    const mark = published ? PUBLISHED : letter(sides.indexOf(inputPx));
    if (row) row[column] = row[column] === ' ' || row[column] === mark ? mark : SEVERAL;
  }
  const marks = new Map(marksOf(plot.y).map((value) => [ROWS - place(value, plot.y, ROWS), value]));
  const width = Math.max(...[...marks.values()].map((value) => shown(value, plot.y).length));
  const legend = sides.map((side, i) => `${letter(i)} ${side} px`);
  return [
    plot.yLabel,
    ...cells.map((row, i) => {
      const value = marks.get(i);
      const text = value === undefined ? '' : shown(value, plot.y);
      return `${text.padStart(width)} ${value === undefined ? '|' : '+'}${row.join('').trimEnd()}`;
    }),
    `${' '.repeat(width + 1)}+${'-'.repeat(COLUMNS)}`,
    ' '.repeat(width + 2) + axisText(plot.x),
    `${' '.repeat(width + 2)}${plot.xLabel}`,
    [...legend, `${PUBLISHED} of the paper`, `${SEVERAL} several`].join(', '),
  ];
}

/** A mark's number, with as many decimals as its step needs. */
export function shown(value: number, { step }: Range): string {
  return value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
}

function axisText(range: Range): string {
  return marksOf(range).reduce((line, value) => {
    return line.padEnd(place(value, range, COLUMNS)) + shown(value, range);
  }, '');
}

function place(value: number, { least, most }: Range, cells: number): number {
  return Math.round(((value - least) / (most - least)) * cells);
}

function letter(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}
