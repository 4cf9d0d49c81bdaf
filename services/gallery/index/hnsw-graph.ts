import hnswlib from 'hnswlib-node';
import type { IndexHit } from '../port.js';
import { EqualVectors } from './equal-vectors.js';
import { byRank } from './hits.js';

export interface GraphOptions {
  /** Links a vector keeps on each level; memory is about dimension * 4 + m * 8 bytes a vector. */
  readonly m: number;
  /** Candidates looked at while a vector is linked in; more is slower and better. */
  readonly efConstruction: number;
  /** Candidates looked at in a search; never less than k. */
  readonly efSearch: number;
}

const FIRST_CAPACITY = 256;
/** Asked for beyond k, so that of equal similarities at the end those with the lowest labels stay. */
const TIE_MARGIN = 16;

/**
 * One graph of hnswlib, and the labels of its slots; equal vectors share a slot. Slots only ever grow:
 * one whose labels were all removed or replaced is marked deleted, and still leads to its neighbours.
 * hnswlib's own reuse of such slots cuts links that others relied on, and leaves vectors unreachable.
 */
export class HnswGraph {
  readonly #graph: hnswlib.HierarchicalNSW;
  readonly #dimension: number;
  readonly #efSearch: number;
  /** By slot; empty where it is deleted. */
  readonly #labelsOf: Set<number>[] = [];
  readonly #slotOf = new Map<number, number>();
  readonly #equals = new EqualVectors((slot) => this.pointAt(slot));
  #deleted = 0;

  constructor(dimension: number, options: GraphOptions) {
    this.#dimension = dimension;
    this.#efSearch = options.efSearch;
    this.#graph = new hnswlib.HierarchicalNSW('ip', dimension);
    this.#graph.initIndex(FIRST_CAPACITY, options.m, options.efConstruction);
  }

  /** Labels. */
  get size(): number {
    return this.#slotOf.size;
  }

  /** Slots, deleted ones too. */
  get slots(): number {
    return this.#labelsOf.length;
  }

  get deleted(): number {
    return this.#deleted;
  }

  has(label: number): boolean {
    return this.#slotOf.has(label);
  }

  labelsAt(slot: number): ReadonlySet<number> {
    return this.#labelsOf[slot] ?? new Set();
  }

  pointAt(slot: number): number[] {
    return this.#graph.getPoint(slot);
  }

  add(label: number, point: number[]): void {
    this.remove(label);
    const slot = this.#equals.find(point) ?? this.#addSlot(point);
    this.#labelsOf[slot]?.add(label);
    this.#slotOf.set(label, slot);
  }

  remove(label: number): void {
    const slot = this.#slotOf.get(label);
    if (slot === undefined) return;
    this.#slotOf.delete(label);
    const labels = this.#labelsOf[slot];
    labels?.delete(label);
    if (labels?.size === 0) this.#deleteSlot(slot);
  }

  /** point: [dimension]. At most k, best first, ties by label. */
  search(point: number[], k: number): IndexHit[] {
    const live = this.slots - this.#deleted;
    if (k < 1 || live === 0) return [];
    const asked = Math.min(k + TIE_MARGIN, live);
    this.#graph.setEf(Math.max(this.#efSearch, asked));
    const { neighbors, distances } = this.#graph.searchKnn(point, asked);
    const hits = neighbors.flatMap((slot, rank) => this.#hits(slot, 1 - (distances[rank] ?? 2)));
    if (hits.length < Math.min(k, this.size))
      hits.push(...this.#unreached(point, new Set(neighbors)));
    return hits.sort(byRank).slice(0, k);
  }

  #addSlot(point: number[]): number {
    const slot = this.slots;
    const capacity = this.#graph.getMaxElements();
    if (slot >= capacity) this.#graph.resizeIndex(capacity * 2);
    this.#graph.addPoint(point, slot);
    this.#labelsOf.push(new Set());
    this.#equals.put(point, slot);
    return slot;
  }

  #deleteSlot(slot: number): void {
    this.#graph.markDelete(slot);
    this.#equals.delete(slot);
    this.#deleted++;
  }

  /** Vectors that the walk through the graph did not come by: k is near the size, or the graph has gaps. */
  #unreached(point: number[], reached: ReadonlySet<number>): IndexHit[] {
    const slots = new Set([...this.#slotOf.values()].filter((slot) => !reached.has(slot)));
    return [...slots].flatMap((slot) => this.#hits(slot, this.#dot(point, this.pointAt(slot))));
  }

  #hits(slot: number, similarity: number): IndexHit[] {
    const clipped = Math.min(1, Math.max(-1, similarity));
    return Array.from(this.labelsAt(slot), (label) => ({ label, similarity: clipped }));
  }

  #dot(a: number[], b: number[]): number {
    let sum = 0;
    for (let i = 0; i < this.#dimension; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
    return sum;
  }
}
