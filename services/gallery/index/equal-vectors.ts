/**
 * Finds the slot of a vector that is equal to another, bit for bit: the same clip under many ids gives
 * many of them. In a graph each would link to its equals alone, and cut them all off from the rest.
 */
export class EqualVectors {
  readonly #slotOf = new Map<number, number>();
  readonly #hashOf = new Map<number, number>();
  readonly #pointAt: (slot: number) => readonly number[];

  constructor(pointAt: (slot: number) => readonly number[]) {
    this.#pointAt = pointAt;
  }

  find(point: readonly number[]): number | undefined {
    const slot = this.#slotOf.get(hash(point));
    return slot !== undefined && areEqual(point, this.#pointAt(slot)) ? slot : undefined;
  }

  /** Where two different vectors share a hash the newer is found: the older merely gets no company. */
  put(point: readonly number[], slot: number): void {
    const key = hash(point);
    this.#slotOf.set(key, slot);
    this.#hashOf.set(slot, key);
  }

  delete(slot: number): void {
    const key = this.#hashOf.get(slot);
    this.#hashOf.delete(slot);
    if (key !== undefined && this.#slotOf.get(key) === slot) this.#slotOf.delete(key);
  }
}

/** FNV-1a over the bits of the float32 values. */
function hash(point: readonly number[]): number {
  const bits = new Int32Array(Float32Array.from(point).buffer);
  return bits.reduce((sum, word) => Math.imul(sum ^ word ^ (word >>> 15), 16777619), 0x811c9dc5);
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
