import type { LoadedBundle } from '../../services/models/load.js';
import { LocalRunner } from '../../services/vision/runtime/local-runner.js';
import type { NetworkRunner } from '../../services/vision/runtime/network-runner.js';

/**
 * A bundle's networks in this thread. What was handed over is overwritten after the run, as if it had
 * been transferred: whoever still looks at it gets wrong answers.
 */
export async function openTakingRunner(bundle: LoadedBundle): Promise<NetworkRunner> {
  const runner = await LocalRunner.open(bundle, { provider: 'cpu', threads: 1 });
  return {
    async run(network, input, count) {
      const outputs = await runner.run(network, input, count);
      input.fill(255);
      return outputs;
    },
  };
}
