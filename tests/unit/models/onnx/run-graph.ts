import * as ort from 'onnxruntime-node';
import { ClipidError } from '../../../../services/core/errors.js';

/** Runs a graph once on float32 inputs; returns its outputs by name. */
export async function runGraph(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, { dims: number[]; values: number[] | Uint8Array }>>,
): Promise<Record<string, { dims: readonly number[]; values: number[] }>> {
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const feeds = Object.entries(inputs).map(([name, { dims, values }]) => [
    name,
    values instanceof Uint8Array
      ? new ort.Tensor('uint8', values, dims)
      : new ort.Tensor('float32', values, dims),
  ]);
  const results = await session.run(Object.fromEntries(feeds) as Record<string, ort.Tensor>);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { dims, data }]) => {
      if (!(data instanceof Float32Array)) throw new ClipidError('INTERNAL', `${name}: no floats`);
      return [name, { dims, values: [...data] }];
    }),
  );
}
