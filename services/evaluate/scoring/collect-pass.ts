import { binOf } from './bins.js';
import { type Block, type Run, walkBlock } from './blocks.js';
import { PairList, type Pairs } from './pair-list.js';
import type { VectorSet } from './vector-set.js';

/** Which pairs of one kind are kept with their rows: all in some bins, of the others one of `every`. */
export interface Keeping {
  /** [BIN_COUNT] 1 where every pair is kept. */
  readonly whole: Uint8Array;
  readonly every: number;
}

/** What a second look at all pairs is to bring. */
export interface CollectPlan {
  /** [BIN_COUNT] 1 where every single score is wanted. */
  readonly exact: Uint8Array;
  readonly genuine: Keeping;
  readonly impostor: Keeping;
}

/** Scores and how often they occur: ties, however many, are one entry. */
export type Tally = Map<number, number>;

/** Of one kind of pairs. */
export interface Kept {
  readonly exact: Tally;
  /** Of the bins that are kept whole. */
  readonly whole: Pairs;
  /** One of `every` of the other pairs. */
  readonly thinned: Pairs;
}

export interface Collected {
  readonly genuine: Kept;
  readonly impostor: Kept;
}

/** The second look at all pairs: single scores where a threshold lies, and pairs for the bootstrap. */
export class CollectPass {
  readonly #plan: CollectPlan;
  readonly #genuine: KindCollector;
  readonly #impostor: KindCollector;

  constructor(plan: CollectPlan) {
    this.#plan = plan;
    this.#genuine = new KindCollector(plan.genuine);
    this.#impostor = new KindCollector(plan.impostor);
  }

  get result(): Collected {
    return { genuine: this.#genuine.take(), impostor: this.#impostor.take() };
  }

  add(set: VectorSet, block: Block): void {
    const { exact } = this.#plan;
    walkBlock(
      set,
      block,
      (run) => this.#genuine.add(block.scores, run, exact),
      (run) => this.#impostor.add(block.scores, run, exact),
    );
  }
}

class KindCollector {
  readonly #exact: Tally = new Map();
  readonly #whole = new PairList();
  readonly #thinned = new PairList();

  constructor(private readonly keeping: Keeping) {}

  add(scores: Float32Array, run: Run, exact: Uint8Array): void {
    const { whole } = this.keeping;
    const { from, to, row, column } = run;
    for (let i = from; i < to; i++) {
      const score = scores[i]!;
      const bin = binOf(score);
      if (exact[bin] === 1) this.#exact.set(score, (this.#exact.get(score) ?? 0) + 1);
      if (whole[bin] === 1) this.#whole.add(score, row, column + i - from);
    }
    this.#thin(scores, run);
  }

  take(): Kept {
    return { exact: this.#exact, whole: this.#whole.take(), thinned: this.#thinned.take() };
  }

  /**
   * Takes every so many columns of a row, from a place of the row's own, however blocks are cut. With one
   * place for all rows, or places in a line, some people would meet often and others never.
   */
  #thin(scores: Float32Array, { from, to, row, column }: Run): void {
    const { whole, every } = this.keeping;
    const first = (every - ((scattered(row) + column) % every)) % every;
    for (let i = from + first; i < to; i += every) {
      const score = scores[i]!;
      if (whole[binOf(score)] === 0) this.#thinned.add(score, row, column + i - from);
    }
  }
}

/** A number in [0, 2^31) that rows beside each other do not share (the finalizer of MurmurHash3). */
function scattered(row: number): number {
  const once = Math.imul(row ^ (row >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 1;
}
