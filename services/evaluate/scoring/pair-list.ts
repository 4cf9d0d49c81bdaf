/** Scores with the rows of both sides of a pair, as columns: [length] each. */
export interface Pairs {
  readonly scores: Float32Array;
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
}

const FIRST_LENGTH = 1024;

/** Pairs that are put down one after the other. */
export class PairList {
  #length = 0;
  #scores = new Float32Array(FIRST_LENGTH);
  #rows = new Uint32Array(FIRST_LENGTH);
  #columns = new Uint32Array(FIRST_LENGTH);

  add(score: number, row: number, column: number): void {
    if (this.#length === this.#scores.length) this.#grow();
    this.#scores[this.#length] = score;
    this.#rows[this.#length] = row;
    this.#columns[this.#length++] = column;
  }

  take(): Pairs {
    return {
      scores: this.#scores.slice(0, this.#length),
      rows: this.#rows.slice(0, this.#length),
      columns: this.#columns.slice(0, this.#length),
    };
  }

  #grow(): void {
    const twice = 2 * this.#length;
    const [scores, rows, columns] = [this.#scores, this.#rows, this.#columns];
    this.#scores = new Float32Array(twice);
    this.#rows = new Uint32Array(twice);
    this.#columns = new Uint32Array(twice);
    this.#scores.set(scores);
    this.#rows.set(rows);
    this.#columns.set(columns);
  }
}

/** Several lists as one, in descending order of score; ties in order of row and column. */
export function sortedPairs(lists: readonly Pairs[]): Pairs {
  const scores = joined(
    new Float32Array(),
    lists.map((list) => list.scores),
  );
  const rows = joined(
    new Uint32Array(),
    lists.map((list) => list.rows),
  );
  const columns = joined(
    new Uint32Array(),
    lists.map((list) => list.columns),
  );
  const order = descending(scores);
  settleTies(order, scores, rows, columns);
  return {
    scores: Float32Array.from(order, (i) => scores[i] ?? 0),
    rows: order.map((i) => rows[i] ?? 0),
    columns: order.map((i) => columns[i] ?? 0),
  };
}

/** A score's place in a number: scores in [-2, 2] as 2^26 steps, less than float32 tells apart. */
const STEPS = 2 ** 24;
const PLACES = 2 ** 26;

/**
 * Places from the highest score down, sorted as plain numbers that hold score and place: many times
 * faster than with a function that compares. Scores closer than 2^-24 are left to `settleTies`.
 */
function descending(scores: Float32Array): Uint32Array {
  const keys = Float64Array.from(
    scores,
    (score, i) => Math.floor((2 - score) * STEPS) * PLACES + i,
  );
  return Uint32Array.from(keys.sort(), (key) => key % PLACES);
}

/** Puts what fell into one step in order of score, row and column: who found it must not matter. */
function settleTies(
  order: Uint32Array,
  scores: Float32Array,
  rows: Uint32Array,
  columns: Uint32Array,
): void {
  const stepOf = (i: number): number => Math.floor((2 - (scores[order[i] ?? 0] ?? 0)) * STEPS);
  const difference = (values: ArrayLike<number>, a: number, b: number): number =>
    (values[a] ?? 0) - (values[b] ?? 0);
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && stepOf(end) === stepOf(first)) end++;
    const tied = order.subarray(first, end);
    if (tied.length > 1)
      tied.sort(
        (a, b) => difference(scores, b, a) || difference(rows, a, b) || difference(columns, a, b),
      );
    first = end;
  }
}

function joined<T extends Float32Array | Uint32Array>(empty: T, parts: readonly T[]): T {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = empty instanceof Float32Array ? new Float32Array(length) : new Uint32Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all as T;
}
