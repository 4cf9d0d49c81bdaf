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
  const scores = joined(lists.map((list) => list.scores));
  const rows = joined(lists.map((list) => list.rows));
  const columns = joined(lists.map((list) => list.columns));
  const at = (values: ArrayLike<number>, i: number): number => values[i] ?? 0;
  const order = Uint32Array.from(scores.keys()).sort(
    (a, b) =>
      at(scores, b) - at(scores, a) || at(rows, a) - at(rows, b) || at(columns, a) - at(columns, b),
  );
  return {
    scores: Float32Array.from(order, (i) => at(scores, i)),
    rows: order.map((i) => at(rows, i)),
    columns: order.map((i) => at(columns, i)),
  };
}

function joined<T extends Float32Array | Uint32Array>(parts: readonly T[]): number[] | T {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first ?? [];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = first instanceof Float32Array ? new Float32Array(length) : new Uint32Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all as T;
}
