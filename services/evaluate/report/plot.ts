import {
  type Axis,
  colourOf,
  dashOf,
  escaped,
  FRAME,
  type Line,
  SIZE,
  text,
  xAt,
  yAt,
} from './svg.js';

/** A plot of lines as an SVG element: nothing in it needs a script, a font or another file. */
export function plot(title: string, x: Axis, y: Axis, lines: readonly Line[]): string {
  const { left, right, top, bottom } = FRAME;
  const middle = (left + right) / 2;
  const high = (top + bottom) / 2;
  return [
    `<svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${escaped(title)}">`,
    ...x.marks.map(({ value, text: mark }) => vertical(xAt(x, value), mark)),
    ...y.marks.map(({ value, text: mark }) => horizontal(yAt(y, value), mark)),
    `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" class="frame"/>`,
    ...lines.map((line, i) => drawn(line, i, x, y)),
    text(x.label, middle, SIZE.height - 8, 'text-anchor="middle"'),
    text(y.label, 0, 0, `text-anchor="middle" transform="translate(14 ${high}) rotate(-90)"`),
    '</svg>',
  ].join('\n');
}

function drawn({ name, points, isFilled = false }: Line, index: number, x: Axis, y: Axis): string {
  if (points.length === 0) return '';
  const places = points.map(([px, py]) => `${xAt(x, px)},${yAt(y, py)}`);
  const colour = colourOf(index);
  const title = `<title>${escaped(name)}</title>`;
  const dash = dashOf(index);
  const dashed = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
  const line = `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.8"${dashed}/>`;
  if (!isFilled) return `<g>${title}${line}</g>`;
  const [first, last] = [points[0], points[points.length - 1]];
  const ends = [last, first].map((end) => `${xAt(x, end?.[0] ?? 0)},${FRAME.bottom}`);
  const area = `<polygon points="${[...places, ...ends].join(' ')}" fill="${colour}" fill-opacity="0.25"/>`;
  return `<g>${title}${area}${line}</g>`;
}

function vertical(x: string, mark: string): string {
  const line = `<line x1="${x}" x2="${x}" y1="${FRAME.top}" y2="${FRAME.bottom}" class="grid"/>`;
  return line + text(mark, x, FRAME.bottom + 16, 'text-anchor="middle"');
}

function horizontal(y: string, mark: string): string {
  const line = `<line x1="${FRAME.left}" x2="${FRAME.right}" y1="${y}" y2="${y}" class="grid"/>`;
  return line + text(mark, FRAME.left - 6, y, 'text-anchor="end" dominant-baseline="middle"');
}

/** The lines' names beside what they are drawn with. */
export function legend(names: readonly string[]): string {
  const entries = names.map((name, i) => {
    const dash = dashOf(i);
    const dashed = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
    const line = `<line x1="0" x2="34" y1="6" y2="6" stroke="${colourOf(i)}" stroke-width="2.4"${dashed}/>`;
    return `<li><svg width="34" height="12" aria-hidden="true">${line}</svg> ${escaped(name)}</li>`;
  });
  return `<ul class="legend">${entries.join('')}</ul>`;
}
