import { describe, expect, it } from 'vitest';
import {
  concatenate,
  globalAverage,
  scaleAndShift,
  sharedPrelu,
} from '../../../../services/models/onnx/channels.js';
import { GraphBuilder } from '../../../../services/models/onnx/graph-builder.js';
import type { FeatureMap } from '../../../../services/models/onnx/layers.js';
import { foldBefore, linearLayer } from '../../../../services/models/onnx/linear.js';
import { floatTensor } from '../../../../services/models/onnx/tensor.js';
import { runGraph } from './run-graph.js';

const SIZE = { channels: 2, rows: 1, columns: 2 };
const DIMS = [1, 2, 1, 2];

/** Runs what `build` makes of [1, 2, 1, 2]; its name and dims are the result's. */
async function run(
  values: number[],
  build: (graph: GraphBuilder, input: FeatureMap) => { name: string; dims: number[] },
) {
  const graph = new GraphBuilder('layer');
  const made = build(graph, { ...SIZE, name: graph.input('x', 'float32', DIMS) });
  graph.output('y', made.name, 'float32', made.dims);
  const { y } = await runGraph(graph.toBytes(), { x: { dims: DIMS, values } });
  expect(y?.dims).toEqual(made.dims);
  return y?.values;
}

function dimsOf({ name, channels, rows, columns }: FeatureMap) {
  return { name, dims: [1, channels, rows, columns] };
}

describe('layers over the channels', () => {
  it('lays maps side by side in order', async () => {
    const found = await run([1, 2, 3, 4], (graph, x) => {
      const half = scaleAndShift(graph, x, 'half', affine([0.5, 0.5], [0, 0]));
      return dimsOf(concatenate(graph, [x, half]));
    });
    expect(found).toEqual([1, 2, 3, 4, 0.5, 1, 1.5, 2]);
  });

  it('scales and shifts every channel by its own numbers', async () => {
    const found = await run([1, 2, 3, 4], (graph, x) =>
      dimsOf(scaleAndShift(graph, x, 'norm', affine([2, -1], [0.5, 10]))),
    );
    expect(found).toEqual([2.5, 4.5, 7, 6]);
  });

  it('slopes what is negative, in all channels alike', async () => {
    const found = await run([-2, 2, 0, -4], (graph, x) =>
      dimsOf(sharedPrelu(graph, x, 'act', Float32Array.of(0.25))),
    );
    expect(found).toEqual([-0.5, 2, 0, -1]);
  });

  it('averages every channel', async () => {
    const found = await run([1, 2, 3, 6], (graph, x) => dimsOf(globalAverage(graph, x)));
    expect(found).toEqual([1.5, 4.5]);
  });

  it('folds a scale and shift into the linear layer behind it', async () => {
    const weights = floatTensor([1, 4], Float32Array.of(1, 2, 3, 4));
    const linear = { weights, bias: Float32Array.of(100) };
    const folded = foldBefore(linear, affine([2, 10], [1, -1]));
    const found = await run([1, 2, 3, 4], (graph, x) => ({
      name: linearLayer(graph, x, 'fc', folded),
      dims: [1, 1],
    }));
    // Of 2 x + 1 = 3, 5 and 10 x - 1 = 29, 39.
    expect(found).toEqual([100 + 3 + 2 * 5 + 3 * 29 + 4 * 39]);
  });

  it('refuses maps of different sizes, and channels that do not divide the inputs', () => {
    const graph = new GraphBuilder('bad');
    const x = { ...SIZE, name: graph.input('x', 'float32', DIMS) };
    expect(() => concatenate(graph, [x, { ...x, rows: 2 }])).toThrow('Maps of 1 x 2, 2 x 2');
    const weights = floatTensor([1, 4], new Float32Array(4));
    const linear = { weights, bias: new Float32Array(1) };
    expect(() => foldBefore(linear, affine([1, 1, 1], [0, 0, 0]))).toThrow('3 channels');
  });
});

function affine(scale: number[], shift: number[]) {
  return { scale: Float32Array.from(scale), shift: Float32Array.from(shift) };
}
