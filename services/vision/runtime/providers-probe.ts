import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../../models/onnx/graph-builder.js';

const SIDE = 4;
const KERNEL = 3;

/**
 * Whether a graph really runs on the provider: a tiny convolution, which every provider has, with the
 * CPU forbidden to step in (which it does without a word otherwise). Null when it does, else why not.
 * providers: as `executionProviders` gives them. Blocks its thread.
 */
export async function probeProvider(
  name: string,
  providers: readonly { readonly name: string }[],
): Promise<string | null> {
  const runtimeName = providers[0]?.name ?? name;
  const known = listSupportedBackends().map((backend) => backend.name);
  if (!known.includes(runtimeName))
    return `this onnxruntime has none for ${process.platform}/${process.arch} (it has ${known.join(', ')})`;
  try {
    return await runProbe(runtimeName === 'cpu' ? {} : { extra: NO_CPU }, providers);
  } catch (thrown) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return `it does not work here (${firstLine(text)})`;
  }
}

/** Makes opening a session fail when a node would run on the CPU for want of a better place. */
export const NO_CPU = { session: { disable_cpu_ep_fallback: '1' } } as const;

async function runProbe(
  options: InferenceSession.SessionOptions,
  executionProviders: readonly { readonly name: string }[],
): Promise<string | null> {
  const session = await InferenceSession.create(probeGraph(), { ...options, executionProviders });
  const values = new Float32Array(SIDE * SIDE).fill(1);
  const { sum } = await session.run({ picture: new Tensor('float32', values, [1, 1, SIDE, SIDE]) });
  await session.release();
  const right = sum?.data instanceof Float32Array && sum.data.every((one) => one === KERNEL ** 2);
  return right ? null : 'it computes a convolution of ones wrongly';
}

/** Ones under a 3 x 3 kernel of ones: every output is 9. */
function probeGraph(): Uint8Array {
  const graph = new GraphBuilder('probe');
  const picture = graph.input('picture', 'float32', [1, 1, SIDE, SIDE]);
  const weights = new Float32Array(KERNEL ** 2).fill(1);
  const kernel = graph.floats('kernel', { dims: [1, 1, KERNEL, KERNEL], values: weights });
  const left = SIDE - KERNEL + 1;
  graph.output('sum', graph.node('Conv', [picture, kernel]), 'float32', [1, 1, left, left]);
  return graph.toBytes();
}

/** ONNX Runtime's messages go on with source files and advice for C++; the last part of a line tells. */
function firstLine(text: string): string {
  const line = text.split('\n').find((one) => one.trim() !== '') ?? text;
  return line.slice(-300).trim();
}
