import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { ClipidError } from '../../core/errors.js';
import { bundleInvalid } from '../../models/invalid.js';
import { checkGraph, type CheckedGraph, expectedDims, manifestField } from './network-checks.js';
import type { NetworkInput, NetworkOutput, NetworkSpec } from './network-runner.js';
import { messageOf, type NetworkOptions, type OpenedSession, openSession } from './open-session.js';
import { blankInput, checkInput } from './pictures.js';

/**
 * One graph of a bundle in one session. Created once and kept: sessions that come and go leak
 * (onnxruntime 25325).
 */
export class Network {
  private constructor(
    readonly spec: NetworkSpec,
    private readonly opened: OpenedSession,
    private readonly graph: CheckedGraph,
    /** The one batch size that the graph can take; null for any. */
    readonly fixedBatch: number | null,
  ) {}

  /**
   * Opens the graph, checks it against its spec and runs it once on a blank picture, so that the
   * planning that a first run does falls on no clip.
   * Throws BUNDLE_INVALID naming file and field, MODEL_FAILED when the processor fails it.
   */
  static async open(spec: NetworkSpec, options: NetworkOptions): Promise<Network> {
    const opened = await openSession(spec, options);
    const graph = checkGraph(spec, opened.session);
    const asDeclared = new Network(spec, opened, graph, graph.fixedBatch);
    const batch = graph.fixedBatch ?? 1;
    const outputs = await asDeclared.run(blankInput(spec, batch), batch);
    // Outputs that do not count pictures belong to one picture, whatever batch the graph would take.
    if (batch > 1 || outputs.every((output) => output.dims[0] === 1)) return asDeclared;
    return new Network(spec, opened, graph, 1);
  }

  /** Whether every node runs on the provider; some graphs have parts that only the CPU can run. */
  get isWholeOnProvider(): boolean {
    return this.opened.isWholeOnProvider;
  }

  /**
   * input: `count` pictures as the spec says, count = fixedBatch where there is one. Blocks the thread.
   * Throws MODEL_FAILED, INTERNAL.
   */
  async run(input: NetworkInput, count: number): Promise<NetworkOutput[]> {
    const { inputName, outputNames } = this.graph;
    const feeds = { [inputName]: this.tensor(input, count) };
    const results = await this.runSession(feeds, outputNames);
    return outputNames.map((name) => this.floats(name, results[name], count));
  }

  private tensor(input: NetworkInput, count: number): Tensor {
    checkInput(this.spec, input, count);
    const dims = [count, ...expectedDims(this.spec).slice(1).map(Number)];
    return input instanceof Uint8Array
      ? new Tensor('uint8', input, dims)
      : new Tensor('float32', input, dims);
  }

  private async runSession(
    feeds: InferenceSession.FeedsType,
    names: readonly string[],
  ): Promise<InferenceSession.ReturnType> {
    try {
      return await this.opened.session.run(feeds, names);
    } catch (cause) {
      const text = `The network ${this.spec.name} failed: ${messageOf(cause)}`;
      throw new ClipidError('MODEL_FAILED', text, { cause });
    }
  }

  private floats(name: string, value: Tensor | undefined, count: number): NetworkOutput {
    const values = value?.data;
    if (value === undefined || !(values instanceof Float32Array))
      throw new ClipidError('MODEL_FAILED', `${this.spec.name} gave no float32 output ${name}.`);
    if (value.dims[0] === count) return { dims: value.dims, values };
    if (count === 1) return { dims: [1, ...value.dims], values };
    throw bundleInvalid(
      this.spec.path,
      manifestField(this.spec),
      `gives an output ${name} of [${value.dims.join(', ')}] for a batch of ${count}`,
      'Export the graph with a batch of 1, or with outputs whose first dimension is the batch.',
    );
  }
}
