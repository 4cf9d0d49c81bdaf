import { ClipidError } from '../../core/errors.js';
import type { IndexFactory, IndexHit, VectorIndex } from '../port.js';
import { checkDimension, type IndexEntry } from './hits.js';
import type { GraphOptions } from './hnsw-graph.js';
import type { HnswAnswer, HnswCall } from './hnsw-protocol.js';
import { HnswThread } from './hnsw-thread.js';

/** Vectors a message: a search that comes during a long build waits for at most one message. */
const BATCH = 64;

/** A graph in a worker thread. Approximate: it may miss a neighbour, and never invents one. */
export class HnswIndex implements VectorIndex {
  readonly dimension: number;
  readonly #thread: HnswThread;
  readonly #index: number;
  #size = 0;
  #closing: Promise<void> | undefined;

  constructor(dimension: number, thread: HnswThread, index: number) {
    this.dimension = dimension;
    this.#thread = thread;
    this.#index = index;
    thread.indexes++;
  }

  async build(options: GraphOptions): Promise<void> {
    await this.#call({ kind: 'create', index: this.#index, dimension: this.dimension, options });
  }

  size(): number {
    return this.#size;
  }

  async add(entries: readonly IndexEntry[]): Promise<void> {
    for (const { vector } of entries) checkDimension(vector, this.dimension);
    for (let from = 0; from < entries.length; from += BATCH) {
      await this.#addBatch(entries.slice(from, from + BATCH));
    }
  }

  async remove(labels: readonly number[]): Promise<void> {
    if (labels.length === 0) return;
    await this.#call({ kind: 'remove', index: this.#index, labels: Uint32Array.from(labels) });
  }

  async search(vector: Float32Array, k: number): Promise<IndexHit[]> {
    checkDimension(vector, this.dimension);
    const { labels, similarities } = await this.#call({
      kind: 'search',
      index: this.#index,
      vector,
      k,
    });
    return Array.from(labels, (label, rank) => ({ label, similarity: similarities[rank] ?? -1 }));
  }

  close(): Promise<void> {
    this.#closing ??= this.#leave();
    return this.#closing;
  }

  async #addBatch(entries: readonly IndexEntry[]): Promise<void> {
    const labels = Uint32Array.from(entries, (entry) => entry.label);
    const vectors = new Float32Array(entries.length * this.dimension);
    entries.forEach(({ vector }, row) => vectors.set(vector, row * this.dimension));
    await this.#call({ kind: 'add', index: this.#index, labels, vectors }, [
      labels.buffer,
      vectors.buffer,
    ]);
  }

  async #call(call: HnswCall, transfer: ArrayBuffer[] = []): Promise<HnswAnswer> {
    if (this.#closing !== undefined) throw new ClipidError('UNAVAILABLE', 'The index is closed.');
    const answer = await this.#thread.call(call, transfer);
    this.#size = answer.size;
    return answer;
  }

  /** The last index takes its thread with it. */
  async #leave(): Promise<void> {
    this.#thread.indexes--;
    if (this.#thread.indexes === 0) return this.#thread.stop();
    const drop = { kind: 'drop', index: this.#index } as const;
    await this.#thread.call(drop).catch(() => undefined); // A thread that is gone holds nothing.
  }
}

export interface HnswOptions extends GraphOptions {
  /** Threads that the indexes share; each index lives in one. */
  readonly threads: number;
}

const DEFAULTS: HnswOptions = { m: 16, efConstruction: 200, efSearch: 128, threads: 2 };

/** Spreads indexes over a few threads. A thread starts with its first index and ends with its last. */
export class HnswIndexFactory implements IndexFactory {
  readonly #options: HnswOptions;
  #threads: HnswThread[] = [];
  #nextIndex = 0;

  constructor(options: Partial<HnswOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
  }

  async create(dimension: number): Promise<VectorIndex> {
    if (!Number.isSafeInteger(dimension) || dimension < 1) {
      throw new ClipidError(
        'FIELD_INVALID',
        `An index needs at least 1 dimension, not ${dimension}.`,
      );
    }
    const index = new HnswIndex(dimension, this.#leastUsed(), this.#nextIndex++);
    await index.build(this.#options);
    return index;
  }

  #leastUsed(): HnswThread {
    this.#threads = this.#threads.filter((thread) => !thread.isDead);
    if (this.#threads.length < this.#options.threads) {
      const fresh = new HnswThread();
      this.#threads.push(fresh);
      return fresh;
    }
    return this.#threads.reduce((best, next) => (next.indexes < best.indexes ? next : best));
  }
}
