/** Told apart also by readers who do not see red and green (Okabe and Ito). */
export const COLOURS = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#000000',
  '#8a8a00',
] as const;
/** So that lines are told apart on a grey printer, too. */
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '12 4', '1 2'] as const;

export const SIZE = { width: 560, height: 380 } as const;
export const FRAME = { left: 62, right: 544, top: 14, bottom: 332 } as const;

/** From a value to a share of the axis, in [0, 1]. */
export type Scale = (value: number) => number;

/** An axis with its marks. */
export interface Axis {
  readonly label: string;
  readonly scale: Scale;
  readonly marks: readonly { readonly value: number; readonly text: string }[];
}

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** A filled shape under the line instead of a line alone. */
  readonly isFilled?: boolean;
}

export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? COLOURS[0];
}

export function dashOf(index: number): string {
  return DASHES[index % DASHES.length] ?? '';
}

/** Text that stands in markup. */
export function escaped(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

export function xAt(axis: Axis, value: number): string {
  return (FRAME.left + clamp(axis.scale(value)) * (FRAME.right - FRAME.left)).toFixed(1);
}

export function yAt(axis: Axis, value: number): string {
  return (FRAME.bottom - clamp(axis.scale(value)) * (FRAME.bottom - FRAME.top)).toFixed(1);
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

export function text(content: string, x: string | number, y: string | number, more = ''): string {
  return `<text x="${x}" y="${y}" ${more}>${escaped(content)}</text>`;
}
