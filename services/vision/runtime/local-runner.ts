import { ClipidError } from '../../core/errors.js';
import type { LoadedBundle } from '../../models/load.js';
import { BatchAnswer } from '../device/batch-answer.js';
import { planBatches } from '../device/batch-plan.js';
import {
  type NetworkInput,
  type NetworkName,
  type NetworkOutput,
  type NetworkRunner,
  type NetworkSpec,
  networkSpecs,
  specFor,
} from './network-runner.js';
import { Network } from './networks.js';
import type { NetworkOptions } from './open-session.js';
import { blankInput, checkInput, pictureLength } from './pictures.js';

export interface LocalOptions extends NetworkOptions {
  /**
   * The only batch sizes that the sessions see, ascending; the rest of a batch is blank. When left
   * out, a run is as large as its request: right for a CPU, where a blank picture costs as much as a
   * face.
   */
  readonly batchSizes?: readonly number[];
}

/** Pictures in one run where no sizes are given: what a run holds in memory grows with them. */
const MOST_AT_ONCE = 32;

/** Runs the networks in the calling thread, which it blocks. */
export class LocalRunner implements NetworkRunner {
  private constructor(
    private readonly networks: ReadonlyMap<NetworkName, Network>,
    private readonly batchSizes: readonly number[] | null,
  ) {}

  /** Opens every network of the bundle. Throws BUNDLE_INVALID naming file and field, MODEL_FAILED. */
  static open(bundle: LoadedBundle, options: LocalOptions): Promise<LocalRunner> {
    return LocalRunner.openSpecs(networkSpecs(bundle), options);
  }

  static async openSpecs(
    specs: readonly NetworkSpec[],
    options: LocalOptions,
  ): Promise<LocalRunner> {
    return new LocalRunner(await openNetworks(specs, options), options.batchSizes ?? null);
  }

  async run(
    name: NetworkName,
    input: NetworkInput,
    count: number,
  ): Promise<readonly NetworkOutput[]> {
    const network = networkOf(this.networks, name);
    checkInput(network.spec, input, count);
    const answer = new BatchAnswer(count);
    let from = 0;
    for (const size of this.plan(network, count)) {
      const segment = { request: null, from, count: Math.min(size, count - from) };
      const outputs = await network.run(part(network.spec, input, segment, size), size);
      if (segment.count === count && size === count) return outputs;
      answer.add(outputs, 0, segment);
      from += segment.count;
    }
    return answer.take();
  }

  private plan({ fixedBatch }: Network, count: number): number[] {
    if (fixedBatch !== null) return planBatches(count, [fixedBatch]);
    if (this.batchSizes !== null) return planBatches(count, this.batchSizes);
    const full = Array<number>(Math.floor(count / MOST_AT_ONCE)).fill(MOST_AT_ONCE);
    const rest = count % MOST_AT_ONCE;
    return rest === 0 ? full : [...full, rest];
  }
}

/** One session for every spec, one after the other: side by side they would share the same cores. */
export async function openNetworks(
  specs: readonly NetworkSpec[],
  options: NetworkOptions,
): Promise<Map<NetworkName, Network>> {
  const networks = new Map<NetworkName, Network>();
  for (const spec of specs) {
    networks.set(spec.name, await Network.open(specFor(spec, options.provider), options));
  }
  return networks;
}

/** Throws INTERNAL for a network that the bundle has not. */
export function networkOf(networks: ReadonlyMap<NetworkName, Network>, name: NetworkName): Network {
  const network = networks.get(name);
  if (network !== undefined) return network;
  throw new ClipidError('INTERNAL', `The bundle has no network ${name}.`);
}

/** The segment's pictures, and blank ones up to `size`. */
function part(
  spec: NetworkSpec,
  input: NetworkInput,
  { from, count }: { readonly from: number; readonly count: number },
  size: number,
): NetworkInput {
  const each = pictureLength(spec);
  const pictures = input.subarray(from * each, (from + count) * each);
  if (count === size) return pictures;
  const padded = blankInput(spec, size);
  padded.set(pictures);
  return padded;
}
