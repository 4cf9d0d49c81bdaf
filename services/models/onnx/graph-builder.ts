import onnxProto, { type onnx as Proto } from 'onnx-proto';
import { ClipidError } from '../../core/errors.js';
import { type Attribute, encodeAttributes } from './attributes.js';
import type { FloatTensor } from './tensor.js';

const { onnx } = onnxProto;
const IR_VERSION = 8;
const OPSET = 15;
const ELEMENT_TYPES = {
  uint8: onnx.TensorProto.DataType.UINT8,
  float32: onnx.TensorProto.DataType.FLOAT,
  int64: onnx.TensorProto.DataType.INT64,
} as const;
export type ElementType = keyof typeof ELEMENT_TYPES;
/** A size, or the name of one that the caller chooses at run time: `N`. */
export type Dim = number | string;

/**
 * Writes one ONNX graph (opset 15) node by node. Values are known by name: every method that makes
 * one returns its name. The same calls in the same order give the same bytes.
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #nodes: Proto.INodeProto[] = [];
  readonly #initializers: Proto.ITensorProto[] = [];
  readonly #inputs: Proto.IValueInfoProto[] = [];
  readonly #outputs: Proto.IValueInfoProto[] = [];
  readonly #names = new Set<string>();
  readonly #shared = new Map<string, string>();

  constructor(name: string) {
    this.#name = name;
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

  /** A float32 constant. */
  floats(name: string, tensor: FloatTensor): string {
    const rawData = rawBytes(tensor.values);
    this.#initializers.push({
      name: this.#claim(name),
      dims: [...tensor.dims],
      dataType: ELEMENT_TYPES.float32,
      rawData,
    });
    return name;
  }

  /** A float32 scalar; equal scalars are stored once. */
  scalar(value: number): string {
    return this.#once(`scalar:${value}`, (name) =>
      this.floats(name, { dims: [], values: Float32Array.of(value) }),
    );
  }

  /** A one-dimensional int64 constant (shapes, pads, axes); equal ones are stored once. */
  ints(values: readonly number[]): string {
    return this.#once(`ints:${values.join(',')}`, (name) => {
      const rawData = rawBytes(BigInt64Array.from(values, BigInt));
      this.#initializers.push({
        name: this.#claim(name),
        dims: [values.length],
        dataType: ELEMENT_TYPES.int64,
        rawData,
      });
      return name;
    });
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

function valueInfo(name: string, type: ElementType, dims: readonly Dim[]): Proto.IValueInfoProto {
  const dim = dims.map((size) =>
    typeof size === 'number' ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES[type], shape: { dim } } } };
}

/** ONNX wants little-endian raw data, which is what every platform that onnxruntime runs on has. */
function rawBytes(values: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
