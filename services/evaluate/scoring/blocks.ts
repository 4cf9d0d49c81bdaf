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

/** The block with this number: blocks are numbered row by row, from the diagonal to the right. */
export async function scoreBlock(
  set: VectorSet,
  products: RowProducts,
  index: number,
): Promise<Block> {
  const side = Math.ceil(set.count / BLOCK);
  let [row, left] = [0, index];
  for (; left >= side - row; row++) left -= side - row;
  const firstRow = row * BLOCK;
  const firstColumn = (row + left) * BLOCK;
  const scores = await products.products(rowsAt(set, firstRow), rowsAt(set, firstColumn));
  return { firstRow, firstColumn, scores };
}

/** A copy: native code takes no shared memory. */
function rowsAt({ values, dimension }: VectorSet, first: number) {
  const rows = values.slice(first * dimension, (first + BLOCK) * dimension);
  return { values: rows, count: BLOCK };
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
