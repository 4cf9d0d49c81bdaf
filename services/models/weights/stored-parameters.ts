import { bundleInvalid } from '../invalid.js';
import { type FloatTensor, elementCount, floatTensor } from '../onnx/tensor.js';
import type { Parameters, WeightsFile } from '../parameters.js';
import { type Misshaped, type ParameterReport, hasProblem, summary } from './parameter-report.js';

/** What the authors' training put before the names, and nothing; in the order of trying. */
export const AUTHORS_PREFIXES: readonly string[] = ['module.base.', 'module.', ''];

export interface StoredOptions {
  /** What may stand before a name in the file; the first that gives a name of the file is taken. */
  readonly prefixes?: readonly string[];
  /** Names, without prefix, that may be left over: counters, layers for training only. */
  readonly ignored?: (name: string) => boolean;
}

/**
 * The parameters of one network out of a weights file. Nothing is thrown before `close`, except for a
 * tensor that cannot be read (BUNDLE_INVALID).
 */
export class StoredParameters implements Parameters {
  readonly #weights: WeightsFile;
  readonly #prefixes: readonly string[];
  readonly #ignored: (name: string) => boolean;
  readonly #known: ReadonlySet<string>;
  readonly #taken = new Set<string>();
  readonly #missing = new Set<string>();
  readonly #notFinite = new Set<string>();
  readonly #misshaped = new Map<string, Misshaped>();

  constructor(weights: WeightsFile, options: StoredOptions = {}) {
    this.#weights = weights;
    this.#prefixes = options.prefixes ?? AUTHORS_PREFIXES;
    this.#ignored = options.ignored ?? (() => false);
    this.#known = new Set(weights.names);
  }

  take(name: string, dims: readonly number[]): FloatTensor {
    return floatTensor(dims, this.#values(name, dims) ?? new Float32Array(elementCount(dims)));
  }

  close(): void {
    const report = this.report();
    if (!hasProblem(report)) return;
    const tried = this.#prefixes.map((prefix) => `"${prefix}"`).join(', ');
    const remedy = `Name the weights of this very network, of this depth (prefixes tried: ${tried}).`;
    const problem = `do not fit: ${summary(report)}`;
    throw bundleInvalid(this.#weights.file, 'the parameters', problem, remedy);
  }

  /** What was noted so far; complete when the network is built. */
  report(): ParameterReport {
    return {
      missing: [...this.#missing],
      misshaped: [...this.#misshaped.values()],
      notFinite: [...this.#notFinite],
      extra: this.#weights.names.filter((full) => this.#isExtra(full)),
    };
  }

  /** Undefined, and noted, where the file has no such tensor. */
  #values(name: string, dims: readonly number[]): Float32Array | undefined {
    const stored = this.#prefixes
      .map((prefix) => prefix + name)
      .find((full) => this.#known.has(full));
    if (stored === undefined) return void this.#missing.add(name);
    this.#taken.add(stored);
    const found = this.#weights.dimsOf(stored) ?? [];
    if (!sameDims(found, dims)) {
      return void this.#misshaped.set(name, { name, expected: dims, found });
    }
    const values = this.#weights.read(stored);
    if (!allFinite(values)) this.#notFinite.add(name);
    return values;
  }

  #isExtra(full: string): boolean {
    if (this.#taken.has(full)) return false;
    const prefix = this.#prefixes.find((one) => full.startsWith(one)) ?? '';
    return !this.#ignored(full.slice(prefix.length));
  }
}

/** See `StoredParameters`. */
export function storedParameters(weights: WeightsFile, options?: StoredOptions): StoredParameters {
  return new StoredParameters(weights, options);
}

function sameDims(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

function allFinite(values: Float32Array): boolean {
  for (const value of values) if (!Number.isFinite(value)) return false;
  return true;
}
