import { ClipidError } from '../../core/errors.js';
import type { IndexFactory, IndexHit, VectorIndex } from '../port.js';
import { byRank, checkDimension, type IndexEntry } from './hits.js';

const FIRST_ROWS = 64;

/** Looks at every vector: the judge of every other index, and enough for a small gallery. */
export class ExactIndex implements VectorIndex {
  readonly dimension: number;
  /** [rows, dimension]; the first #labels.length rows are in use, in no order. */
  #matrix: Float32Array;
  #labels: number[] = [];
  #rowOf = new Map<number, number>();

  constructor(dimension: number) {
    this.dimension = dimension;
    this.#matrix = new Float32Array(FIRST_ROWS * dimension);
  }

  size(): number {
    return this.#labels.length;
  }

  add(entries: readonly IndexEntry[]): Promise<void> {
    return promised(() => {
      for (const { vector } of entries) checkDimension(vector, this.dimension);
      for (const { label, vector } of entries) {
        const row = this.#rowFor(label); // May put a larger matrix in the place of this one.
        this.#matrix.set(vector, row * this.dimension);
      }
    });
  }

  remove(labels: readonly number[]): Promise<void> {
    return promised(() => {
      for (const label of labels) this.#removeOne(label);
    });
  }

  search(vector: Float32Array, k: number): Promise<IndexHit[]> {
    return promised(() => {
      checkDimension(vector, this.dimension);
      const hits = this.#labels.map((label, row) => ({
        label,
        similarity: this.#similarity(vector, row),
      }));
      return hits.sort(byRank).slice(0, Math.max(0, k));
    });
  }

  close(): Promise<void> {
    this.#labels = [];
    this.#rowOf.clear();
    this.#matrix = new Float32Array(0);
    return Promise.resolve();
  }

  #rowFor(label: number): number {
    const known = this.#rowOf.get(label);
    if (known !== undefined) return known;
    const row = this.#labels.push(label) - 1;
    this.#rowOf.set(label, row);
    if (this.#matrix.length < this.#labels.length * this.dimension) this.#grow();
    return row;
  }

  #grow(): void {
    const rows = Math.max(FIRST_ROWS, this.#labels.length * 2);
    const larger = new Float32Array(rows * this.dimension);
    larger.set(this.#matrix);
    this.#matrix = larger;
  }

  /** The last row moves into the gap, and its old place is overwritten. */
  #removeOne(label: number): void {
    const row = this.#rowOf.get(label);
    const last = this.#labels.pop();
    if (row === undefined || last === undefined) {
      if (last !== undefined) this.#labels.push(last);
      return;
    }
    const end = this.#labels.length * this.dimension;
    this.#matrix.copyWithin(row * this.dimension, end, end + this.dimension);
    this.#matrix.fill(0, end, end + this.dimension);
    if (last !== label) {
      this.#labels[row] = last;
      this.#rowOf.set(last, row);
    }
    this.#rowOf.delete(label);
  }

  #similarity(vector: Float32Array, row: number): number {
    const start = row * this.dimension;
    let sum = 0;
    for (let i = 0; i < this.dimension; i++) {
      sum += (vector[i] ?? 0) * (this.#matrix[start + i] ?? 0);
    }
    return Math.min(1, Math.max(-1, sum));
  }
}

export class ExactIndexFactory implements IndexFactory {
  create(dimension: number): Promise<VectorIndex> {
    return promised(() => {
      if (!Number.isSafeInteger(dimension) || dimension < 1) {
        throw new ClipidError(
          'FIELD_INVALID',
          `An index needs at least 1 dimension, not ${dimension}.`,
        );
      }
      return new ExactIndex(dimension);
    });
  }
}

/** The result of `work`, or what it threw, as the port's methods give it: never thrown in the call. */
function promised<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}
