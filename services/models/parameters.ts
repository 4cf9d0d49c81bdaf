import type { FloatTensor } from './onnx/tensor.js';

/**
 * The learned numbers of one network, by the names of its authors' state dict. Builders ask for every
 * parameter with the dims that the architecture gives it.
 */
export interface Parameters {
  /**
   * The tensor `name`, row-major float32. One that is missing or of other dims is noted and comes back
   * as zeros, so that `close` can name all of them at once.
   */
  take(name: string, dims: readonly number[]): FloatTensor;
  /**
   * To be called when the network is built. Throws BUNDLE_INVALID listing what was missing, misshaped
   * or left over.
   */
  close(): void;
}

/** What a weights file holds, whatever its format. */
export interface WeightsFile {
  /** As given; for messages. */
  readonly file: string;
  readonly names: readonly string[];
  /** What its header says in words, by name; nothing where the format has no such thing. */
  readonly about: Readonly<Record<string, string>>;
  /** Undefined for a name that is not there. */
  dimsOf(name: string): readonly number[] | undefined;
  /** Row-major; float16, bfloat16 and float64 are converted. Throws BUNDLE_INVALID. */
  read(name: string): Float32Array;
}
