import type { PixelInput } from '../../models/manifest.js';
import type { NetworkInput } from '../runtime/network-runner.js';

/** Each of the 256 values of a byte as one channel of a graph wants it. */
type Table = Float32Array;

/**
 * Writes one picture as a graph wants it.
 * picture: [rows, columns, 3] uint8 RGB; batch: pictures of that size one after the other, as `input`
 * says: [.., rows, columns, 3] or [.., 3, rows, columns], of its colour order and type.
 */
export function writePicture(
  picture: Uint8Array,
  input: PixelInput,
  batch: NetworkInput,
  index: number,
): void {
  const area = picture.length / 3;
  const isInterleaved = input.layout === 'NHWC';
  const step = isInterleaved ? 3 : 1;
  for (let channel = 0; channel < 3; channel++) {
    const source = input.colour === 'RGB' ? channel : 2 - channel;
    const start = index * picture.length + channel * (isInterleaved ? 1 : area);
    writeChannel(picture, source, channelTable(input, channel), batch, start, step);
  }
}

function writeChannel(
  picture: Uint8Array,
  source: number,
  table: Table,
  batch: NetworkInput,
  start: number,
  step: number,
): void {
  for (let from = source, to = start; from < picture.length; from += 3, to += step) {
    batch[to] = table[picture[from] ?? 0] ?? 0;
  }
}

/** channel: in the order of `colour`, as mean and std are. */
function channelTable({ mean, std }: PixelInput, channel: number): Table {
  const [less, by] = [mean[channel] ?? 0, std[channel] ?? 1];
  return Float32Array.from({ length: 256 }, (_, value) => (value - less) / by);
}
