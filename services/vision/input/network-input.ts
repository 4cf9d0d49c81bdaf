import type { PixelInput } from '../../models/manifest.js';
import type { NetworkInput } from '../runtime/network-runner.js';
import { writePicture } from './write-picture.js';

/**
 * Pictures as a graph wants them. pixels: [count, rows, columns, 3] uint8 RGB, taken over: what a graph
 * takes as it is drawn comes back as it is, without a copy.
 */
export function networkInput(pixels: Uint8Array, count: number, input: PixelInput): NetworkInput {
  if (isAsDrawn(input)) return pixels;
  const values = pixels.length;
  const batch = input.type === 'uint8' ? new Uint8Array(values) : new Float32Array(values);
  const each = values / count;
  for (let i = 0; i < count; i++) {
    writePicture(pixels.subarray(i * each, (i + 1) * each), input, batch, i);
  }
  return batch;
}

function isAsDrawn({ layout, colour, type }: PixelInput): boolean {
  return layout === 'NHWC' && colour === 'RGB' && type === 'uint8';
}
