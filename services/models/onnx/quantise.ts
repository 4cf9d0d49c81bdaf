import onnxProto, { type onnx as Proto } from 'onnx-proto';
import { ClipidError } from '../../core/errors.js';
import { encodeAttributes } from './attributes.js';
import { type Grid, type Range, gridOf, quantiseKernel } from './grid.js';
import { toInteger } from './proto-numbers.js';

const { onnx } = onnxProto;
const TYPES = onnx.TensorProto.DataType;

/** What of a graph is computed in bytes. */
export interface QuantisationPlan {
  /**
   * The values that are rounded to 256 steps, by name; what lies outside the range is cut. A
   * convolution that reads a rounded value and writes one (its Relu or Clip included) is computed in
   * bytes, and so are sums and pools between rounded values; a MaxPool keeps its input's range.
   * Everything else stays float32.
   */
  readonly ranges: Readonly<Record<string, Range>>;
  /**
   * Steps up to the largest weight of a channel. With 64 every processor gives the same result: the
   * sum of two products of an unsigned and a signed byte, which x86 without VNNI keeps in 16 bits,
   * cannot overflow (2 * 255 * 64 < 2^15). 127 is finer, and such a processor cuts the largest sums.
   */
  readonly mostWeightLevel: 64 | 127;
}

/**
 * The graph with QuantizeLinear and DequantizeLinear nodes around what the plan names, from which the
 * runtime makes integer kernels. bytes: a graph of GraphBuilder's. Equal input gives equal bytes.
 * Throws INTERNAL when the plan names a value that the graph lacks.
 */
export function quantiseGraph(bytes: Uint8Array, plan: QuantisationPlan): Uint8Array {
  const model = onnx.ModelProto.decode(bytes);
  const graph = model.graph;
  if (!graph) throw new ClipidError('INTERNAL', 'A model without a graph cannot be quantised.');
  model.graph = { ...graph, ...new Quantiser(graph, plan).run() };
  return onnx.ModelProto.encode(model).finish();
}

/** One pass over the nodes, in their order. */
class Quantiser {
  readonly #source: readonly Proto.INodeProto[];
  readonly #constants: Map<string, Proto.ITensorProto>;
  readonly #grids: ReadonlyMap<string, Grid>;
  readonly #rounded = new Set<string>();
  readonly #nodes: Proto.INodeProto[] = [];
  readonly #mostWeightLevel: number;

  constructor(graph: Proto.IGraphProto, plan: QuantisationPlan) {
    this.#source = graph.node ?? [];
    this.#constants = new Map((graph.initializer ?? []).map((one) => [one.name ?? '', one]));
    this.#grids = this.#gridsOf(plan.ranges);
    this.#mostWeightLevel = plan.mostWeightLevel;
  }

  run(): { node: Proto.INodeProto[]; initializer: Proto.ITensorProto[] } {
    for (const node of this.#source) {
      const [written = ''] = node.output ?? [];
      const input = this.#inputsOf(node, written);
      this.#nodes.push({ ...node, input });
      const grid = this.#grids.get(written);
      if (grid) this.#round(written, grid);
    }
    this.#checkAllRounded();
    const read = new Set(this.#nodes.flatMap(({ input }) => input ?? []));
    const initializer = [...this.#constants].filter(([name]) => read.has(name));
    return { node: this.#nodes, initializer: initializer.map(([, tensor]) => tensor) };
  }

  #gridsOf(ranges: QuantisationPlan['ranges']): Map<string, Grid> {
    const grids = new Map(Object.entries(ranges).map(([name, range]) => [name, gridOf(range)]));
    for (const { opType, input, output } of this.#source) {
      const grid = grids.get(input?.[0] ?? '');
      // The largest of some bytes is a byte of the same grid.
      if (opType === 'MaxPool' && grid) grids.set(output?.[0] ?? '', grid);
    }
    return grids;
  }

  #inputsOf(node: Proto.INodeProto, written: string): string[] {
    const input = node.input ?? [];
    const [read = '', weights, bias] = input;
    const grid = this.#grids.get(read);
    const names = input.map((name) => (this.#rounded.has(name) ? roundedName(name) : name));
    if (node.opType !== 'Conv' || !grid || !this.#grids.has(this.#tailOf(written))) return names;
    if (weights === undefined || bias === undefined) return names;
    return [roundedName(read), ...this.#bytesKernel(weights, bias, grid.step)];
  }

  /** The value after the Relu or Clip that alone reads `name`: the runtime fuses it with a Conv. */
  #tailOf(name: string): string {
    const [reader, another] = this.#source.filter(({ input }) => input?.includes(name));
    const isActivation = reader?.opType === 'Relu' || reader?.opType === 'Clip';
    return isActivation && another === undefined ? (reader.output?.[0] ?? name) : name;
  }

  #round(name: string, { step, zeroPoint }: Grid): void {
    const grid = [
      this.#constant(`${name}/step`, [], TYPES.FLOAT, Float32Array.of(step)),
      this.#constant(`${name}/zeroPoint`, [], TYPES.UINT8, Uint8Array.of(zeroPoint)),
    ];
    this.#node('QuantizeLinear', [name, ...grid], `${name}/bytes`);
    this.#node('DequantizeLinear', [`${name}/bytes`, ...grid], roundedName(name));
    this.#rounded.add(name);
  }

  /** The names of the dequantised weights and bias. */
  #bytesKernel(weights: string, bias: string, inputStep: number): [string, string] {
    const [kernel, offsets] = [this.#floats(weights), this.#floats(bias)];
    const made = quantiseKernel(kernel.values, offsets.values, inputStep, this.#mostWeightLevel);
    const dims = offsets.dims;
    const steps = this.#constant(`${weights}/steps`, dims, TYPES.FLOAT, made.weightSteps);
    const bytes = this.#constant(`${weights}/bytes`, kernel.dims, TYPES.INT8, made.weights);
    this.#node('DequantizeLinear', [bytes, steps], roundedName(weights), 0);
    const biasSteps = this.#constant(`${bias}/steps`, dims, TYPES.FLOAT, made.biasSteps);
    const integers = this.#constant(`${bias}/integers`, dims, TYPES.INT32, made.biases);
    this.#node('DequantizeLinear', [integers, biasSteps], roundedName(bias), 0);
    return [roundedName(weights), roundedName(bias)];
  }

  #node(opType: string, input: string[], output: string, axis?: number): void {
    const attribute = axis === undefined ? [] : encodeAttributes({ axis: { int: axis } });
    this.#nodes.push({ name: output, opType, input, output: [output], attribute });
  }

  #constant(name: string, dims: number[], dataType: number, values: ArrayBufferView): string {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#constants.set(name, { name, dims, dataType, rawData });
    return name;
  }

  #floats(name: string): { dims: number[]; values: Float32Array } {
    const tensor = this.#constants.get(name);
    if (tensor?.dataType !== TYPES.FLOAT || !tensor.rawData)
      throw new ClipidError('INTERNAL', `${name} is no float32 constant: it cannot be quantised.`);
    const dims = (tensor.dims ?? []).map(toInteger);
    // A copy: raw data lies anywhere in the file's bytes, floats need a multiple of 4.
    return { dims, values: new Float32Array(new Uint8Array(tensor.rawData).buffer) };
  }

  #checkAllRounded(): void {
    const absent = [...this.#grids.keys()].filter((name) => !this.#rounded.has(name));
    if (absent.length === 0) return;
    throw new ClipidError('INTERNAL', `The graph has no ${absent.join(', ')} to be rounded.`);
  }
}

function roundedName(name: string): string {
  return `${name}/rounded`;
}
