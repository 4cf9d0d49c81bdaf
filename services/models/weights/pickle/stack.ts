import type { PickleRun, PickleValue } from './values.js';

const MAX_ITEMS = 1_000_000;
const MAX_MARKS = 1_000;

/** The machine's stack, with the marks that group its items. */
export class PickleStack {
  readonly #items: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #run: PickleRun;

  constructor(run: PickleRun) {
    this.#run = run;
  }

  push(value: PickleValue): void {
    if (this.#items.length >= MAX_ITEMS) throw this.#above('items', MAX_ITEMS);
    this.#items.push(value);
  }

  mark(): void {
    if (this.#marks.length >= MAX_MARKS) throw this.#above('marks', MAX_MARKS);
    this.#marks.push(this.#items.length);
  }

  pop(): PickleValue {
    return this.popMany(1)[0] ?? null;
  }

  top(): PickleValue {
    const value = this.pop();
    this.push(value);
    return value;
  }

  /** The last `count` items, in the order of their pushes; never past the last mark. */
  popMany(count: number): PickleValue[] {
    const start = this.#items.length - count;
    if (start < (this.#marks.at(-1) ?? 0)) throw this.#run.invalid('takes more than its stack has');
    return this.#items.splice(start);
  }

  /** The items since the last mark, which is taken too. */
  popToMark(): PickleValue[] {
    const start = this.#marks.pop();
    if (start === undefined) throw this.#run.invalid('ends a group that it never began');
    return this.#items.splice(start);
  }

  #above(what: string, limit: number): Error {
    return this.#run.invalid(`keeps more ${what} on its stack than the limit of ${limit}`);
  }
}
