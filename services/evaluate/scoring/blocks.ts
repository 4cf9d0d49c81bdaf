import type { RowProducts } from '../../vision/runtime/row-products.js';
import { BLOCK, type VectorSet } from './vector-set.js';

/** The scores of some rows with some columns, and where they begin. */
export interface Block {
  readonly firstRow: number;
  readonly firstColumn: number;
  /** [BLOCK, BLOCK]. */
  readonly scores: Float32Array;
}

/** Scores of one row that lie one after the other: scores[from] to scores[to - 1]. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly row: number;
  /** The column of scores[from]. */
  readonly column: number;
}

/** Every pair once: the blocks on the diagonal of the table of pairs, and those above it. */
export function blockCount({ count }: VectorSet): number {
  const side = Math.ceil(count / BLOCK);
  return (side * (side + 1)) / 2;
}

/** Scores the blocks of a set. Native code takes no shared memory: rows are copied, to one place always. */
export class BlockScorer {
  readonly #rows: Float32Array;
  readonly #columns: Float32Array;
  #firstRow = -1;

  constructor(
    private readonly set: VectorSet,
    private readonly products: RowProducts,
  ) {
    this.#rows = new Float32Array(BLOCK * set.dimension);
    this.#columns = new Float32Array(BLOCK * set.dimension);
  }

  /** Blocks are numbered row by row, from the diagonal to the right. The scores hold until the next call. */
  async score(index: number): Promise<Block> {
    const side = Math.ceil(this.set.count / BLOCK);
    let [row, left] = [0, index];
    for (; left >= side - row; row++) left -= side - row;
    const firstRow = row * BLOCK;
    const firstColumn = (row + left) * BLOCK;
    if (firstRow !== this.#firstRow) this.#copy(this.#rows, firstRow);
    this.#firstRow = firstRow;
    this.#copy(this.#columns, firstColumn);
    const rows = { values: this.#rows, count: BLOCK };
    const scores = await this.products.products(rows, { values: this.#columns, count: BLOCK });
    return { firstRow, firstColumn, scores };
  }

  #copy(to: Float32Array, first: number): void {
    const { values, dimension } = this.set;
    to.set(values.subarray(first * dimension, (first + BLOCK) * dimension));
  }
}

/** Hands the block's pairs over, row by row: those of one person, then those of two people. */
export function walkBlock(
  { count, personEnd }: VectorSet,
  { firstRow, firstColumn }: Omit<Block, 'scores'>,
  onGenuine: (run: Run) => void,
  onImpostor: (run: Run) => void,
): void {
  const lastColumn = Math.min(firstColumn + BLOCK, count);
  for (let row = firstRow; row < Math.min(firstRow + BLOCK, count); row++) {
    const start = Math.max(row + 1, firstColumn);
    const end = Math.max(start, Math.min(personEnd[row] ?? 0, lastColumn));
    const offset = (row - firstRow) * BLOCK - firstColumn;
    if (end > start) onGenuine({ from: offset + start, to: offset + end, row, column: start });
    const runEnd = Math.max(end, lastColumn);
    if (runEnd > end) onImpostor({ from: offset + end, to: offset + runEnd, row, column: end });
  }
}
