import type { ReadElementType } from './read-types.js';

/** An ONNX graph as it was read: its structure, and of its weights the sizes alone. */
export interface OnnxGraph {
  /** As given; for messages. */
  readonly file: string;
  /** Version of the standard operators. */
  readonly opset: number;
  /** What a caller must feed; initialisers are not among them. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** In an order in which every value is made before it is read. */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
}

/** An input or an output. */
export interface OnnxValue {
  readonly name: string;
  readonly elementType: ReadElementType;
  /** A text is a size chosen at run time; `?` where it has no name. Null where the rank is open. */
  readonly dims: readonly (number | string)[] | null;
}

export interface OnnxNode {
  /** May be empty. */
  readonly name: string;
  readonly opType: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  /** Names of values; an empty one stands for an input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly text: string }
  | { readonly tensor: OnnxTensor }
  /** A kind that nothing here looks into, a subgraph for example. */
  | { readonly other: string };

export interface OnnxTensor {
  readonly name: string;
  readonly elementType: ReadElementType;
  readonly dims: readonly number[];
  readonly byteLength: number;
  /** Row-major; only of small int32, int64, bool and float32 tensors: shapes, pads, axes, scales. */
  readonly numbers: readonly number[] | null;
}
