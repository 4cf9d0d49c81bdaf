import * as ort from 'onnxruntime-node';
import { ClipidError } from '../../../../services/core/errors.js';

/** Runs a graph on faces, uint8 [N, 112, 112, 3]; returns one row of its output for each. */
export async function runFaces(
  graph: Uint8Array,
  output: string,
  pixels: Uint8Array,
): Promise<Float32Array[]> {
  const faces = pixels.length / (112 * 112 * 3);
  const session = await ort.InferenceSession.create(graph, { intraOpNumThreads: 1 });
  const tensor = new ort.Tensor('uint8', pixels, [faces, 112, 112, 3]);
  const found = (await session.run({ pixels: tensor }))[output];
  await session.release();
  if (!(found?.data instanceof Float32Array)) throw new ClipidError('INTERNAL', `no ${output}`);
  const { data } = found;
  const each = data.length / faces;
  return Array.from({ length: faces }, (_, i) => data.slice(i * each, (i + 1) * each));
}

/** The largest difference, as a share of the largest wanted magnitude. */
export function relativeGap(found: ArrayLike<number>, wanted: readonly number[]): number {
  const gaps = wanted.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN)));
  return Math.max(...gaps) / Math.max(...wanted.map(Math.abs));
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  const dot = x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot / (Math.hypot(...x) * Math.hypot(...y));
}
