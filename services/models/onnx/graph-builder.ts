import onnxProto, { type onnx as Proto } from 'onnx-proto';
import { ClipidError } from '../../core/errors.js';
import { type Attribute, encodeAttributes } from './attributes.js';
import { type Dim, ELEMENT_TYPES, type ElementType, rawBytes, valueInfo } from './element-types.js';
import { toFloat16Bits } from './float16.js';
import type { FloatTensor } from './tensor.js';

const { onnx } = onnxProto;
const IR_VERSION = 8;
const OPSET = 15;
/** What the weights are stored in and the layers compute in. */
export type Precision = 'fp32' | 'fp16';

/**
 * Writes one ONNX graph (opset 15) node by node. Values are known by name: every method that makes
 * one returns its name. The same calls in the same order give the same bytes.
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #precision: Precision;
  readonly #nodes: Proto.INodeProto[] = [];
  readonly #initializers: Proto.ITensorProto[] = [];
  readonly #inputs: Proto.IValueInfoProto[] = [];
  readonly #outputs: Proto.IValueInfoProto[] = [];
  readonly #names = new Set<string>();
  readonly #shared = new Map<string, string>();

  constructor(name: string, precision: Precision = 'fp32') {
    this.#name = name;
    this.#precision = precision;
  }

  input(name: string, type: ElementType, dims: readonly Dim[]): string {
    this.#inputs.push(valueInfo(this.#claim(name), type, dims));
    return name;
  }

  /** Gives a value its public name; the runtime removes the Identity that this costs. */
  output(name: string, value: string, type: ElementType, dims: readonly Dim[]): void {
    this.#outputs.push(valueInfo(this.#claim(name), type, dims));
    this.#nodes.push({ name, opType: 'Identity', input: [value], output: [name] });
  }

  /** A float32 constant, whatever the graph's precision. */
  floats(name: string, { dims, values }: FloatTensor): string {
    return this.#constant(name, dims, 'float32', values);
  }

  /** A constant of the graph's precision. Throws BUNDLE_INVALID where float16 cannot hold a value. */
  weights(name: string, { dims, values }: FloatTensor): string {
    if (this.#precision === 'fp32') return this.#constant(name, dims, 'float32', values);
    return this.#constant(name, dims, 'float16', toFloat16Bits(values, name));
  }

  /** A float32 value in the graph's precision, for layers with `weights`. */
  toPrecision(value: string): string {
    if (this.#precision === 'fp32') return value;
    return this.node('Cast', [value], { to: { int: ELEMENT_TYPES.float16 } });
  }

  /** The way back: a value of the graph's precision as float32. */
  toFloat32(value: string): string {
    if (this.#precision === 'fp32') return value;
    return this.node('Cast', [value], { to: { int: ELEMENT_TYPES.float32 } });
  }

  /** A float32 scalar; equal scalars are stored once. */
  scalar(value: number): string {
    return this.#once(`scalar:${value}`, (name) =>
      this.floats(name, { dims: [], values: Float32Array.of(value) }),
    );
  }

  /** A one-dimensional int64 constant (shapes, pads, axes); equal ones are stored once. */
  ints(values: readonly number[]): string {
    return this.#once(`ints:${values.join(',')}`, (name) =>
      this.#constant(name, [values.length], 'int64', BigInt64Array.from(values, BigInt)),
    );
  }

  /** A node with one output, whose name is returned. `opType` as in the ONNX operator list. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    const [output] = this.nodeWithOutputs(opType, inputs, 1, attributes);
    if (output === undefined) throw new ClipidError('INTERNAL', `${opType} needs an output.`);
    return output;
  }

  nodeWithOutputs(
    opType: string,
    inputs: readonly string[],
    outputCount: number,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string[] {
    this.#checkKnown(opType, inputs);
    const name = `${opType}_${this.#nodes.length}`;
    const output = Array.from({ length: outputCount }, (_, i) => this.#claim(`${name}:${i}`));
    const attribute = encodeAttributes(attributes);
    this.#nodes.push({ name, opType, input: [...inputs], output, attribute });
    return output;
  }

  /** The graph as the bytes of an .onnx file. */
  toBytes(): Uint8Array {
    return onnx.ModelProto.encode({
      irVersion: IR_VERSION,
      producerName: 'clipid',
      opsetImport: [{ domain: '', version: OPSET }],
      graph: {
        name: this.#name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    }).finish();
  }

  #constant(
    name: string,
    dims: readonly number[],
    type: ElementType,
    values: Float32Array | Uint16Array | BigInt64Array,
  ): string {
    const dataType = ELEMENT_TYPES[type];
    const rawData = rawBytes(values);
    this.#initializers.push({ name: this.#claim(name), dims: [...dims], dataType, rawData });
    return name;
  }

  #claim(name: string): string {
    if (this.#names.has(name)) throw new ClipidError('INTERNAL', `Two values are named ${name}.`);
    this.#names.add(name);
    return name;
  }

  #once(name: string, make: (name: string) => string): string {
    const known = this.#shared.get(name) ?? make(name);
    this.#shared.set(name, known);
    return known;
  }

  #checkKnown(opType: string, inputs: readonly string[]): void {
    const unknown = inputs.find((name) => name !== '' && !this.#names.has(name));
    if (unknown === undefined) return;
    throw new ClipidError('INTERNAL', `${opType} reads ${unknown}, which nothing makes.`);
  }
}
