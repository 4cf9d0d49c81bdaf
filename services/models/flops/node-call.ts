import type { ClipidError } from '../../core/errors.js';
import { bundleInvalid } from '../invalid.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../onnx/model-types.js';
import { MODEL_REMEDY, shownName } from '../onnx/read-tensor.js';
import type { Value } from './value.js';

/** One node with what is known of its inputs: what a shape rule and a cost rule look at. */
export class NodeCall {
  readonly opType: string;
  readonly outputCount: number;
  readonly inputCount: number;
  readonly #file: string;
  readonly #node: OnnxNode;
  readonly #inputs: readonly (Value | undefined)[];

  constructor(file: string, node: OnnxNode, inputs: readonly (Value | undefined)[]) {
    this.#file = file;
    this.#node = node;
    this.#inputs = inputs;
    this.opType = node.opType;
    this.outputCount = node.outputs.length;
    this.inputCount = inputs.length;
  }

  /** Throws BUNDLE_INVALID where the node does not have it. */
  input(index: number): Value {
    const value = this.#inputs[index];
    if (value === undefined) throw this.problem(`lacks its input ${index}`);
    return value;
  }

  optionalInput(index: number): Value | undefined {
    return this.#inputs[index];
  }

  /** Contents of an input. Throws BUNDLE_INVALID where they are only known when the graph runs. */
  numbers(index: number): readonly number[] {
    const { numbers } = this.input(index);
    if (numbers === null) throw this.problem(`takes a shape (input ${index}) from its data`);
    return numbers;
  }

  /** Integers that newer operators take as an input and older ones as an attribute. */
  intsOf(index: number, attribute: string): readonly number[] | undefined {
    return this.#inputs[index] === undefined ? this.ints(attribute) : this.numbers(index);
  }

  int(name: string, otherwise: number): number {
    const found = this.#attribute(name);
    return found && 'int' in found ? found.int : otherwise;
  }

  ints(name: string): readonly number[] | undefined {
    const found = this.#attribute(name);
    return found && 'ints' in found ? found.ints : undefined;
  }

  floats(name: string): readonly number[] | undefined {
    const found = this.#attribute(name);
    return found && 'floats' in found ? found.floats : undefined;
  }

  float(name: string): number | undefined {
    const found = this.#attribute(name);
    return found && 'float' in found ? found.float : undefined;
  }

  text(name: string, otherwise: string): string {
    const found = this.#attribute(name);
    return found && 'text' in found ? found.text : otherwise;
  }

  tensor(name: string): OnnxTensor | undefined {
    const found = this.#attribute(name);
    return found && 'tensor' in found ? found.tensor : undefined;
  }

  /** An axis as 0 .. rank - 1; negative ones count from the end. Throws BUNDLE_INVALID. */
  axis(axis: number, rank: number): number {
    const found = axis < 0 ? axis + rank : axis;
    if (Number.isInteger(found) && found >= 0 && found < rank) return found;
    throw this.problem(`names axis ${axis} of ${rank}`);
  }

  /** BUNDLE_INVALID that names the node. */
  problem(problem: string): ClipidError {
    const { opType, name, outputs } = this.#node;
    const field = `node ${opType} ${shownName(name === '' ? (outputs[0] ?? '') : name)}`;
    return bundleInvalid(this.#file, field, problem, MODEL_REMEDY);
  }

  #attribute(name: string): OnnxAttribute | undefined {
    return this.#node.attributes.get(name);
  }
}

/** From a node's inputs to its outputs, by the definition of the operator. */
export type ShapeRule = (call: NodeCall) => readonly Value[];
