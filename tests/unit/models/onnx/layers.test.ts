import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../../services/models/onnx/fold.js';
import { GraphBuilder } from '../../../../services/models/onnx/graph-builder.js';
import {
  type FeatureMap,
  add,
  convolution,
  pool,
  relu6,
  zeroExtend,
} from '../../../../services/models/onnx/layers.js';
import { samePadding } from '../../../../services/models/onnx/padding.js';
import { floatTensor } from '../../../../services/models/onnx/tensor.js';
import { runGraph } from './run-graph.js';

const ones = (dims: number[]) => new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(1);

function sumKernel(outputs: number, inputsPerGroup: number, groups: number): Kernel {
  const dims = [outputs, inputsPerGroup, 3, 3];
  return { weights: floatTensor(dims, ones(dims)), bias: new Float32Array(outputs), groups };
}

async function run(
  size: { channels: number; rows: number; columns: number },
  values: number[],
  build: (graph: GraphBuilder, input: FeatureMap) => FeatureMap,
) {
  const graph = new GraphBuilder('layer');
  const dims = [1, size.channels, size.rows, size.columns];
  const map = build(graph, { ...size, name: graph.input('x', 'float32', dims) });
  const shape = [1, map.channels, map.rows, map.columns];
  graph.output('y', map.name, 'float32', shape);
  const { y } = await runGraph(graph.toBytes(), { x: { dims, values } });
  expect(y?.dims).toEqual(shape);
  return y?.values;
}

describe('layers', () => {
  it('pads a halving convolution of an even side at the end only', async () => {
    const values = Array.from({ length: 16 }, (_, i) => i);
    const options = { stride: 2, padding: samePadding };
    const found = await run({ channels: 1, rows: 4, columns: 4 }, values, (graph, x) =>
      convolution(graph, x, 'conv', sumKernel(1, 1, 1), options),
    );
    // Sums of the 3 x 3 windows that start at (0, 0), (0, 2), (2, 0) and (2, 2).
    expect(found).toEqual([45, 39, 66, 50]);
  });

  it('keeps channels apart in a depthwise convolution', async () => {
    const options = { stride: 1, padding: samePadding };
    const found = await run({ channels: 2, rows: 1, columns: 2 }, [1, 2, 10, 20], (graph, x) =>
      convolution(graph, x, 'conv', sumKernel(2, 1, 2), options),
    );
    expect(found).toEqual([3, 3, 30, 30]);
  });

  it('pools, clips and extends with zeros at the end', async () => {
    const values = [1, 2, 3, 9, 5, 6, 7, 8];
    const found = await run({ channels: 1, rows: 2, columns: 4 }, values, (graph, x) => {
      const small = relu6(graph, pool(graph, 'MaxPool', x, 2, 2));
      return zeroExtend(graph, small, { channels: 2, rows: 1, columns: 3 });
    });
    expect(found).toEqual([6, 6, 0, 0, 0, 0]);
  });

  it('pools a last window that the edge cuts, in ceil mode only', async () => {
    const values = Array.from({ length: 16 }, (_, i) => 15 - i);
    const size = { channels: 1, rows: 4, columns: 4 };
    const ceil = await run(size, values, (graph, x) => pool(graph, 'MaxPool', x, 3, 2, 'ceil'));
    expect(ceil).toEqual([15, 13, 7, 5]);
    const floor = await run(size, values, (graph, x) => pool(graph, 'MaxPool', x, 3, 2));
    expect(floor).toEqual([15]);
  });

  it('refuses channels and sizes that do not fit', () => {
    const graph = new GraphBuilder('bad');
    const a = { name: graph.input('a', 'float32', [1, 2, 4, 4]), channels: 2, rows: 4, columns: 4 };
    const options = { stride: 1, padding: samePadding };
    expect(() => convolution(graph, a, 'c', sumKernel(1, 3, 1), options)).toThrow(
      'c does not take',
    );
    expect(() => add(graph, a, { ...a, rows: 3 })).toThrow('Add of [N, 2, 4, 4] and [N, 2, 3, 4]');
  });
});
