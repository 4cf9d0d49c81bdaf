import { ClipidError } from '../../core/errors.js';

/** Rows and columns of one block of pairs: its products are 1 MiB and stay in a core's cache. */
export const BLOCK = 512;

/** An embedding and whose it is: a number from 0. */
export interface Labelled {
  readonly person: number;
  /** [dimension], unit length. */
  readonly embedding: Float32Array;
}

/**
 * Embeddings in memory that threads share, ordered by person, so that the pairs of one person are one
 * run of every row. Padded with zeros to whole blocks: all products then have one shape, and a pair's
 * score does not depend on where its row lies.
 */
export interface VectorSet {
  readonly count: number;
  readonly dimension: number;
  /** [count rounded up to whole blocks, dimension]. */
  readonly values: Float32Array;
  /** [count] whose a row is. */
  readonly persons: Uint32Array;
  /** [count] the first row after the rows of the same person. */
  readonly personEnd: Uint32Array;
  /** [count] where a row stood in the list that the set was made from. */
  readonly order: Uint32Array;
}

/** Throws FIELD_INVALID for none, for several dimensions, or for values that are not finite. */
export function vectorSet(items: readonly Labelled[]): VectorSet {
  const dimension = items[0]?.embedding.length ?? 0;
  const order = shared(Uint32Array, items.length);
  order.set(sortedByPerson(items));
  const padded = Math.ceil(items.length / BLOCK) * BLOCK;
  const values = shared(Float32Array, padded * dimension);
  const persons = shared(Uint32Array, items.length);
  order.forEach((from, row) => {
    const item = items[from];
    if (item === undefined) return;
    check(item.embedding, dimension);
    values.set(item.embedding, row * dimension);
    persons[row] = item.person;
  });
  const personEnd = endsOf(persons);
  return { count: items.length, dimension, values, persons, personEnd, order };
}

function sortedByPerson(items: readonly Labelled[]): number[] {
  const person = (at: number): number => items[at]?.person ?? 0;
  return [...items.keys()].sort((a, b) => person(a) - person(b) || a - b);
}

function endsOf(persons: Uint32Array): Uint32Array {
  const ends = shared(Uint32Array, persons.length);
  for (let row = persons.length - 1; row >= 0; row--) {
    const isLast = persons[row] !== persons[row + 1];
    ends[row] = isLast ? row + 1 : (ends[row + 1] ?? 0);
  }
  return ends;
}

function shared<T>(type: new (buffer: SharedArrayBuffer) => T, length: number): T {
  return new type(new SharedArrayBuffer(4 * length));
}

function check(embedding: Float32Array, dimension: number): void {
  if (dimension > 0 && embedding.length === dimension && embedding.every(Number.isFinite)) return;
  throw new ClipidError(
    'FIELD_INVALID',
    `Every vector must have ${dimension} finite numbers, at least one; one has not.`,
    { field: 'embedding' },
  );
}

/** How many pairs of one person and of two people a set has. */
export function pairTotals({ count, persons }: VectorSet): { genuine: number; impostor: number } {
  const sizes = new Map<number, number>();
  for (const person of persons) sizes.set(person, (sizes.get(person) ?? 0) + 1);
  const genuine = [...sizes.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  return { genuine, impostor: (count * (count - 1)) / 2 - genuine };
}
