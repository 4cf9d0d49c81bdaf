import { GraphBuilder } from './graph-builder.js';

export const PRODUCTS = { rows: 'rows', columns: 'columns', output: 'products' } as const;

/**
 * A graph that multiplies every row of one table with every row of another:
 * rows [R, dimension], columns [C, dimension], products [R, C], all float32.
 */
export function buildProductsGraph(dimension: number): Uint8Array {
  const graph = new GraphBuilder('products');
  const { rows, columns, output } = PRODUCTS;
  graph.input(rows, 'float32', ['R', dimension]);
  graph.input(columns, 'float32', ['C', dimension]);
  const product = graph.node('Gemm', [rows, columns], { transB: { int: 1 } });
  graph.output(output, product, 'float32', ['R', 'C']);
  return graph.toBytes();
}
