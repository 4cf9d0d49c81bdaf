import type { RgbFrame } from '../../../services/core/types.js';

export type Colour = readonly [number, number, number];
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly colour: Colour;
}

export const RED: Colour = [255, 0, 0];
export const BLUE: Colour = [0, 0, 255];
export const WHITE: Colour = [255, 255, 255];

/** Squares of one colour on black. */
export function squares(widthPx: number, heightPx: number, drawn: readonly Square[]): RgbFrame {
  const pixels = new Uint8Array(widthPx * heightPx * 3);
  for (const { x, y, side, colour } of drawn) {
    for (let row = y; row < y + side; row++) {
      for (let column = x; column < x + side; column++) {
        pixels.set(colour, (row * widthPx + column) * 3);
      }
    }
  }
  return { widthPx, heightPx, timestampMs: 0, pixels };
}

/** Red is the column, green the row, blue their sum: every pixel of a small picture is different. */
export function ramp(widthPx: number, heightPx: number): RgbFrame {
  const pixels = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) pixels.set([x, y, x + y], (y * widthPx + x) * 3);
  }
  return { widthPx, heightPx, timestampMs: 0, pixels };
}
