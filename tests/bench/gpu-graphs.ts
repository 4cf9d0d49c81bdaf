import { GraphBuilder, type Precision } from '../../services/models/onnx/graph-builder.js';

/** Matrix products one after the other in one run, so that copying in and out counts for nothing. */
const PRODUCTS = 32;

export interface MatrixGraph {
  readonly bytes: Uint8Array;
  /** 2 x multiply-adds of one run. */
  readonly flops: number;
}

/**
 * What the processor can do at best: products of [side, side] matrices, in the runtime that runs the
 * networks. input `seed`: float32 [1, side]; output `sum`: float32 [1].
 */
export function matrixGraph(side: number, precision: Precision): MatrixGraph {
  const graph = new GraphBuilder('matrix', precision);
  const seed = graph.toPrecision(graph.input('seed', 'float32', [1, side]));
  // Small and of both signs: the products neither grow nor vanish.
  const values = Float32Array.from(
    { length: side * side },
    (_, i) => Math.sin(i * 12.9898) / Math.sqrt(side / 2),
  );
  const matrix = graph.weights('matrix', { dims: [side, side], values });
  let product = graph.node('Add', [matrix, seed]);
  for (let i = 0; i < PRODUCTS; i++) product = graph.node('MatMul', [product, matrix]);
  const sum = graph.node('ReduceMean', [graph.toFloat32(product)], { keepdims: { int: 0 } });
  graph.output('sum', graph.node('Reshape', [sum, graph.ints([1])]), 'float32', [1]);
  return { bytes: graph.toBytes(), flops: 2 * side ** 3 * PRODUCTS };
}
