import type { NetworkSpec } from './network-runner.js';
import { type NetworkOptions, openSession } from './open-session.js';
import { blankInput } from './pictures.js';
import { Tensor } from 'onnxruntime-node';

/** Runs before the clock: the first plans memory, the second finds caches as later ones do. */
const WARM_UP_RUNS = 2;

/**
 * Milliseconds of one picture through one graph on this machine: the median of `runs`. Blocks its
 * thread meanwhile, and lets go of the graph afterwards. Throws BUNDLE_INVALID, MODEL_FAILED.
 */
export async function measureLatencyMs(
  spec: NetworkSpec,
  options: NetworkOptions & { readonly runs: number },
): Promise<number> {
  const { session } = await openSession(spec, options);
  try {
    const shape = [1, spec.heightPx, spec.widthPx, 3];
    const input = new Tensor('uint8', blankInput(spec, 1) as Uint8Array, shape);
    const feeds = { [session.inputNames[0] ?? '']: input };
    const times: number[] = [];
    for (let run = 0; run < WARM_UP_RUNS + options.runs; run++) {
      const startedMs = performance.now();
      await session.run(feeds);
      if (run >= WARM_UP_RUNS) times.push(performance.now() - startedMs);
    }
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  } finally {
    await session.release();
  }
}
