import type { PixelInput } from '../../models/manifest.js';

/** Another way to feed the same graph. */
export interface InputVariant {
  /** As the manifest would say it. */
  readonly words: string;
  readonly input: PixelInput;
}

/** Means and stds that published networks use, in the order red, green, blue. */
const COMMON = [
  { mean: [0, 0, 0], std: [1, 1, 1] },
  { mean: [0, 0, 0], std: [255, 255, 255] },
  { mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] },
  { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] },
  { mean: [123, 117, 104], std: [1, 1, 1] },
] as const;

/** The other colour order, and (a graph that takes floats) every common mean and std in both orders. */
export function inputVariants(input: PixelInput): InputVariant[] {
  const orders = ['RGB', 'BGR'] as const;
  const other = orders.find((order) => order !== input.colour) ?? 'RGB';
  const swapped = { words: `colour ${other}`, input: inOrder(input, other, input.mean, input.std) };
  if (input.type === 'uint8') return [swapped];
  const common = orders.flatMap((colour) =>
    COMMON.map(({ mean, std }) => {
      const of = (values: readonly [number, number, number]): PixelInput['mean'] =>
        colour === 'RGB' ? [...values] : [values[2], values[1], values[0]];
      const variant = inOrder(input, colour, of(mean), of(std));
      return {
        words: `colour ${colour}, mean ${text(variant.mean)}, std ${text(variant.std)}`,
        input: variant,
      };
    }),
  );
  return [swapped, ...common];
}

function inOrder(
  input: PixelInput,
  colour: PixelInput['colour'],
  mean: PixelInput['mean'],
  std: PixelInput['std'],
): PixelInput {
  return { ...input, colour, mean, std };
}

function text(values: readonly number[]): string {
  return `[${values.join(', ')}]`;
}
