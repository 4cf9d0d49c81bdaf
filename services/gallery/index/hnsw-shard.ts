import type { IndexHit } from '../port.js';
import { HnswGraph, type GraphOptions } from './hnsw-graph.js';

/** With more than this share of a graph's slots deleted it is copied into a fresh one. */
const MAX_DELETED_SHARE = 1 / 3;
/** Below this many slots a copy is not worth its while. */
const MIN_SLOTS = 64;

interface Copying {
  readonly into: HnswGraph;
  /** The next slot of the old graph to look at. */
  slot: number;
}

/**
 * The vectors of one index. A graph with too many deleted slots is replaced by a copy that grows in
 * small steps between calls; until it is complete, both graphs follow every change and the old one answers.
 */
export class HnswShard {
  readonly #dimension: number;
  readonly #options: GraphOptions;
  #graph: HnswGraph;
  #copying: Copying | undefined;

  constructor(dimension: number, options: GraphOptions) {
    this.#dimension = dimension;
    this.#options = options;
    this.#graph = new HnswGraph(dimension, options);
  }

  get size(): number {
    return this.#graph.size;
  }

  /** vectors: [labels.length, dimension]. */
  add(labels: Uint32Array, vectors: Float32Array): void {
    labels.forEach((label, row) => {
      const start = row * this.#dimension;
      const point = Array.from(vectors.subarray(start, start + this.#dimension));
      this.#graph.add(label, point);
      this.#copying?.into.add(label, point);
    });
    this.#startCopyWhenDue();
  }

  remove(labels: Uint32Array): void {
    for (const label of labels) {
      this.#graph.remove(label);
      this.#copying?.into.remove(label);
    }
    this.#startCopyWhenDue();
  }

  search(vector: Float32Array, k: number): IndexHit[] {
    return this.#graph.search(Array.from(vector), k);
  }

  /** True while there is something to copy. */
  get isCopying(): boolean {
    return this.#copying !== undefined;
  }

  /** Copies up to `count` vectors; the last step puts the copy in the old graph's place. */
  copySome(count: number): void {
    const copying = this.#copying;
    if (copying === undefined) return;
    const end = Math.min(copying.slot + count, this.#graph.slots);
    for (; copying.slot < end; copying.slot++) this.#copyOne(copying.slot, copying.into);
    if (copying.slot < this.#graph.slots) return;
    this.#graph = copying.into;
    this.#copying = undefined;
  }

  #copyOne(slot: number, into: HnswGraph): void {
    const missing = [...this.#graph.labelsAt(slot)].filter((label) => !into.has(label));
    if (missing.length === 0) return;
    const point = this.#graph.pointAt(slot);
    for (const label of missing) into.add(label, point);
  }

  #startCopyWhenDue(): void {
    const { slots, deleted } = this.#graph;
    const isDue = slots >= MIN_SLOTS && deleted > slots * MAX_DELETED_SHARE;
    if (!isDue || this.#copying !== undefined) return;
    this.#copying = { into: new HnswGraph(this.#dimension, this.#options), slot: 0 };
  }
}
