import { z } from 'zod';
import { parseJson } from '../parse-json.js';
import { relativePath } from '../relative-path.js';

/** What to do about a damaged package, for every error about its files. */
export const REINSTALL = 'Install @vladmandic/face-api again (npm ci).';

const quantization = z.strictObject({
  dtype: z.literal('uint8'),
  scale: z.number(),
  min: z.number(),
});

const weight = z.strictObject({
  name: z.string().min(1).max(200),
  shape: z.array(z.int().positive().max(65_536)).max(6),
  dtype: z.enum(['float32', 'int32']),
  quantization: quantization.optional(),
});

const weightsManifest = z
  .array(
    z.strictObject({
      weights: z.array(weight).min(1).max(1_000),
      paths: z.array(relativePath).min(1).max(16),
    }),
  )
  .length(1);

/** One tensor of a shard: 1 byte an element where quantised, else 4. */
export type WeightSpec = z.infer<typeof weight>;
/** TensorFlow.js' list of tensors, in the order of their bytes in the shards. */
export type WeightsManifest = z.infer<typeof weightsManifest>[number];

/** Throws BUNDLE_INVALID naming the file and the field. */
export function parseWeightsManifest(text: string, file: string): WeightsManifest {
  const [group] = parseJson(weightsManifest, text, file, REINSTALL);
  return group ?? { weights: [], paths: [] };
}
