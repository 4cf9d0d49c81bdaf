import { elementCount } from '../onnx/tensor.js';
import type { WeightsFile } from '../parameters.js';
import { type ElementType, decodeFloats, elementBytes } from './element-types.js';
import type { FileBytes } from './file-bytes.js';
import { type Layout, gather, isRowMajor, spanOf } from './layout.js';

/** 1 GiB as float32. Larger tensors may be in the file as long as nobody asks for them. */
const MAX_READ_ELEMENTS = 2 ** 28;

/** A tensor whose layout was checked against its storage. */
export interface LocatedTensor {
  readonly type: ElementType;
  readonly layout: Layout;
  /** Of its storage's first element, in the file. */
  readonly storageByte: number;
}

/** The tensors of one file (or of one group of it), read when they are asked for. */
export class LocatedWeights implements WeightsFile {
  readonly names: readonly string[];
  readonly #bytes: FileBytes;
  readonly #tensors: ReadonlyMap<string, LocatedTensor>;

  constructor(
    bytes: FileBytes,
    tensors: ReadonlyMap<string, LocatedTensor>,
    readonly about: Readonly<Record<string, string>> = {},
  ) {
    this.#bytes = bytes;
    this.#tensors = tensors;
    this.names = [...tensors.keys()];
  }

  get file(): string {
    return this.#bytes.file;
  }

  dimsOf(name: string): readonly number[] | undefined {
    return this.#tensors.get(name)?.layout.dims;
  }

  read(name: string): Float32Array {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw this.#bytes.invalid(name, 'is not in the file');
    const { layout } = tensor;
    if (elementCount(layout.dims) === 0) return new Float32Array();
    const values = this.#span(name, tensor);
    return isRowMajor(layout) ? values : gather(layout, values);
  }

  /** From the tensor's first element to its last, with whatever lies between. */
  #span(name: string, { type, layout, storageByte }: LocatedTensor): Float32Array {
    const span = spanOf(layout);
    if (span > MAX_READ_ELEMENTS) {
      const problem = `is spread over ${span} elements, above the limit of ${MAX_READ_ELEMENTS}`;
      throw this.#bytes.invalid(name, problem, 'Save it as a contiguous tensor.');
    }
    const each = elementBytes(type);
    return decodeFloats(type, this.#bytes.read(storageByte + layout.offset * each, span * each));
  }
}
