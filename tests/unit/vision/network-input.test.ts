import { describe, expect, it } from 'vitest';
import type { PixelInput } from '../../../services/models/manifest.js';
import { networkInput } from '../../../services/vision/input/network-input.js';
import { writePicture } from '../../../services/vision/input/write-picture.js';

const ROWS = 3;
const COLUMNS = 5;
const COUNT = 2;
const LENGTH = ROWS * COLUMNS * 3;

/** Every byte occurs, no two pixels are alike. */
const PIXELS = Uint8Array.from({ length: COUNT * LENGTH }, (_, i) => (i * 89 + 7) % 256);

/** The same by its definition, one number after the other. */
function naive(pixels: Uint8Array, input: PixelInput): number[] {
  const out: number[] = [];
  for (let n = 0; n < COUNT; n++) {
    for (let y = 0; y < ROWS; y++) {
      for (let x = 0; x < COLUMNS; x++) {
        for (let c = 0; c < 3; c++) {
          const rgb = { RGB: [0, 1, 2], BGR: [2, 1, 0] }[input.colour][c] ?? 0;
          const byte = pixels[((n * ROWS + y) * COLUMNS + x) * 3 + rgb] ?? 0;
          const value = (byte - (input.mean[c] ?? 0)) / (input.std[c] ?? 0);
          const nhwc = ((n * ROWS + y) * COLUMNS + x) * 3 + c;
          const nchw = ((n * 3 + c) * ROWS + y) * COLUMNS + x;
          out[input.layout === 'NHWC' ? nhwc : nchw] = Math.fround(value);
        }
      }
    }
  }
  return out;
}

const NORMS = {
  uint8: [{ mean: [0, 0, 0], std: [1, 1, 1] }],
  float32: [
    { mean: [0, 0, 0], std: [1, 1, 1] },
    { mean: [127.5, 127.5, 127.5], std: [128, 128, 128] },
    { mean: [104, 117, 123], std: [1, 2, 4] },
    { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] },
  ],
} as const;
const inputs = (['uint8', 'float32'] as const).flatMap((type) =>
  (['NHWC', 'NCHW'] as const).flatMap((layout) =>
    (['RGB', 'BGR'] as const).flatMap((colour) =>
      NORMS[type].map(({ mean, std }): PixelInput => ({
        type,
        layout,
        colour,
        mean: [...mean],
        std: [...std],
      })),
    ),
  ),
);

describe('networkInput', () => {
  it.each(inputs)('is as the definition says: $type $layout $colour, mean $mean', (input) => {
    const batch = networkInput(PIXELS.slice(), COUNT, input);
    expect(batch).toBeInstanceOf(input.type === 'uint8' ? Uint8Array : Float32Array);
    expect([...batch]).toEqual(naive(PIXELS, input));
  });

  it('does not copy what a graph takes as it is drawn', () => {
    const [input] = inputs;
    const pixels = PIXELS.slice();
    expect(input).toMatchObject({ type: 'uint8', layout: 'NHWC', colour: 'RGB' });
    if (input) expect(networkInput(pixels, COUNT, input)).toBe(pixels);
  });
});

describe('writePicture', () => {
  it.each(inputs)('writes one picture and nothing else: $type $layout $colour', (input) => {
    const whole = naive(PIXELS, input);
    for (const index of [0, 1]) {
      const batch =
        input.type === 'uint8'
          ? new Uint8Array(COUNT * LENGTH).fill(9)
          : new Float32Array(COUNT * LENGTH).fill(9);
      const picture = PIXELS.subarray(index * LENGTH, (index + 1) * LENGTH);
      writePicture(picture, input, batch, index);
      const from = index * LENGTH;
      expect([...batch.subarray(from, from + LENGTH)]).toEqual(whole.slice(from, from + LENGTH));
      const rest = [...batch.subarray(0, from), ...batch.subarray(from + LENGTH)];
      expect(new Set(rest)).toEqual(new Set([9]));
    }
  });
});
