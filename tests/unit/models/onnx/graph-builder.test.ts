import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../../services/models/onnx/graph-builder.js';
import { pixelsMinusMean } from '../../../../services/models/onnx/pixels.js';
import { runGraph } from './run-graph.js';

function sumGraph(): GraphBuilder {
  const graph = new GraphBuilder('sum');
  const x = graph.input('x', 'float32', ['N', 2]);
  const weights = graph.floats('w', { dims: [2], values: Float32Array.of(10, 20) });
  const product = graph.node('Mul', [x, weights]);
  graph.output('y', graph.node('Add', [product, graph.scalar(0.5)]), 'float32', ['N', 2]);
  return graph;
}

describe('GraphBuilder', () => {
  it('writes a graph that the runtime runs at any batch size', async () => {
    const bytes = sumGraph().toBytes();
    const one = await runGraph(bytes, { x: { dims: [1, 2], values: [1, 2] } });
    const two = await runGraph(bytes, { x: { dims: [2, 2], values: [1, 2, 3, 4] } });
    expect(one['y']).toEqual({ dims: [1, 2], values: [10.5, 40.5] });
    expect(two['y']).toEqual({ dims: [2, 2], values: [10.5, 40.5, 30.5, 80.5] });
  });

  it('gives the same bytes for the same calls', () => {
    expect(Buffer.compare(sumGraph().toBytes(), sumGraph().toBytes())).toBe(0);
  });

  it('stores equal scalars and shapes once', () => {
    const graph = new GraphBuilder('shared');
    expect(graph.scalar(6)).toBe(graph.scalar(6));
    expect(graph.ints([0, -1])).toBe(graph.ints([0, -1]));
    expect(graph.ints([0, 1])).not.toBe(graph.ints([0, -1]));
  });

  it('stores weights in its precision, and takes values there and back', async () => {
    const tensor = { dims: [2], values: Float32Array.of(1 + 2 ** -12, 3) };
    const build = (precision: 'fp32' | 'fp16') => {
      const graph = new GraphBuilder('product', precision);
      const x = graph.toPrecision(graph.input('x', 'float32', [2]));
      const product = graph.node('Mul', [x, graph.weights('w', tensor)]);
      graph.output('y', graph.toFloat32(product), 'float32', [2]);
      return graph.toBytes();
    };
    const x = { dims: [2], values: [1, 2] };
    const single = await runGraph(build('fp32'), { x });
    const half = await runGraph(build('fp16'), { x });
    expect(single['y']?.values).toEqual([1 + 2 ** -12, 6]);
    expect(half['y']?.values).toEqual([1, 6]);
  });

  it('names the weights that float16 cannot hold', () => {
    const graph = new GraphBuilder('large', 'fp16');
    const values = Float32Array.of(70_000);
    expect(() => graph.weights('conv/weights', { dims: [1], values })).toThrow('conv/weights');
    expect(graph.floats('kept', { dims: [1], values })).toBe('kept');
  });

  it('refuses two values of one name', () => {
    const graph = sumGraph();
    expect(() => graph.input('x', 'float32', [1])).toThrow('Two values are named x');
  });

  it('refuses to read what nothing makes', () => {
    const graph = sumGraph();
    expect(() => graph.node('Relu', ['nowhere'])).toThrow('Relu reads nowhere');
  });

  it('turns interleaved bytes into planes of floats', async () => {
    const graph = new GraphBuilder('pixels');
    const map = pixelsMinusMean(graph, { rows: 1, columns: 2 }, [1, 2, 3]);
    graph.output('planes', map.name, 'float32', ['N', 3, 1, 2]);
    const pixels = { dims: [1, 1, 2, 3], values: Uint8Array.of(10, 20, 30, 40, 50, 255) };
    const { planes } = await runGraph(graph.toBytes(), { pixels });
    expect(planes).toEqual({ dims: [1, 3, 1, 2], values: [9, 39, 18, 48, 27, 252] });
  });
});
