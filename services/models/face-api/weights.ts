import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleInvalid } from '../invalid.js';
import { type FloatTensor, floatTensor } from '../onnx/tensor.js';
import { byteLength, dequantise } from './dequantise.js';
import { REINSTALL, type WeightSpec, parseWeightsManifest } from './weights-manifest.js';

/** The named tensors of one network. */
export class Weights {
  readonly #file: string;
  readonly #places: ReadonlyMap<string, { spec: WeightSpec; bytes: Uint8Array }>;

  /** Throws BUNDLE_INVALID when the shards are not exactly as long as the tensors need. */
  constructor(file: string, specs: readonly WeightSpec[], shards: Uint8Array) {
    this.#file = file;
    const needed = specs.reduce((total, spec) => total + byteLength(spec), 0);
    if (shards.length !== needed) {
      const problem = `holds ${shards.length} bytes where its tensors need ${needed}`;
      throw bundleInvalid(file, 'weights', problem, REINSTALL);
    }
    let offset = 0;
    this.#places = new Map(
      specs.map((spec) => {
        const bytes = shards.subarray(offset, (offset += byteLength(spec)));
        return [spec.name, { spec, bytes }];
      }),
    );
  }

  /**
   * A tensor of exactly these dims, dequantised; `null` takes any size.
   * Throws BUNDLE_INVALID when it is absent, of another type or shape, or not finite.
   */
  tensor(name: string, dims: readonly (number | null)[]): FloatTensor {
    const place = this.#places.get(name);
    if (place === undefined) throw this.#invalid(name, 'is missing');
    const { shape, dtype } = place.spec;
    if (dtype !== 'float32') throw this.#invalid(name, `is ${dtype}, not float32`);
    const same = shape.length === dims.length && dims.every((d, i) => d === null || d === shape[i]);
    if (!same) throw this.#invalid(name, `is [${shape.join()}], not [${dims.join()}]`);
    const values = dequantise(place.spec, place.bytes);
    if (!values.every(Number.isFinite)) throw this.#invalid(name, 'is not finite');
    return floatTensor(shape, values);
  }

  /** A one-dimensional tensor of `length` values. */
  vector(name: string, length: number): Float32Array {
    return this.tensor(name, [length]).values;
  }

  #invalid(name: string, problem: string): Error {
    return bundleInvalid(this.#file, name, problem, REINSTALL);
  }
}

/** Reads `<network>-weights_manifest.json` and its shards. Throws BUNDLE_INVALID. */
export async function readWeights(modelFolder: string, network: string): Promise<Weights> {
  const file = path.join(modelFolder, `${network}-weights_manifest.json`);
  const manifest = parseWeightsManifest((await readOrExplain(file)).toString(), file);
  const files = manifest.paths.map((name) => path.join(modelFolder, name));
  const shards = await Promise.all(files.map(readOrExplain));
  return new Weights(files.join(', '), manifest.weights, Buffer.concat(shards));
}

async function readOrExplain(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw bundleInvalid(file, 'the file', 'cannot be read', REINSTALL, error);
  }
}
