import type { ReadElementType } from '../onnx/read-types.js';

/** Contents of at most so many numbers are followed through the graph. */
export const MAX_KNOWN_NUMBERS = 256;

/** What is known of one value of a graph before it runs. */
export interface Value {
  readonly elementType: ReadElementType;
  readonly dims: readonly number[];
  /** Row-major, of small constants and what is computed from them or from shapes; else null. */
  readonly numbers: readonly number[] | null;
  /** The constant that this is, as it is stored or merely rearranged; null for what is computed. */
  readonly constant: string | null;
}

/** A value that is computed when the graph runs. */
export function computed(elementType: ReadElementType, dims: readonly number[]): Value {
  return { elementType, dims, numbers: null, constant: null };
}

/** A one-dimensional int64 value of known contents; of no dims where `scalar`. */
export function knownInts(numbers: readonly number[], scalar = false): Value {
  return { elementType: 'int64', dims: scalar ? [] : [numbers.length], numbers, constant: null };
}

/** The same elements under other dims. */
export function reshaped(value: Value, dims: readonly number[]): Value {
  return { ...value, dims };
}
