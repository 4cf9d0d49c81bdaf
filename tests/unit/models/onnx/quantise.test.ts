import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../../services/models/onnx/graph-builder.js';
import { gridOf, quantiseKernel } from '../../../../services/models/onnx/grid.js';
import { convolution, relu } from '../../../../services/models/onnx/layers.js';
import { validPadding } from '../../../../services/models/onnx/padding.js';
import { type QuantisationPlan, quantiseGraph } from '../../../../services/models/onnx/quantise.js';
import { floatTensor } from '../../../../services/models/onnx/tensor.js';
import { runGraph } from './run-graph.js';

/** y = relu(k * relu(x)), one number a pixel: the inner value is `Relu_0:0`, the outer `Relu_2:0`. */
function product(k: number, bias: number): Uint8Array {
  const graph = new GraphBuilder('product');
  const name = graph.input('x', 'float32', [1, 1, 1, 4]);
  const inner = relu(graph, { name, channels: 1, rows: 1, columns: 4 });
  const weights = floatTensor([1, 1, 1, 1], Float32Array.of(k));
  const kernel = { weights, bias: Float32Array.of(bias), groups: 1 };
  const options = { stride: 1, padding: validPadding };
  const outer = relu(graph, convolution(graph, inner, 'product', kernel, options));
  graph.output('y', outer.name, 'float32', [1, 1, 1, 4]);
  return graph.toBytes();
}

/** Steps of 1 and of 2. */
const plan: QuantisationPlan = {
  ranges: { 'Relu_0:0': [0, 255], 'Relu_2:0': [0, 510] },
  mostWeightLevel: 64,
};

async function run(bytes: Uint8Array, values: number[]): Promise<number[] | undefined> {
  const { y } = await runGraph(bytes, { x: { dims: [1, 1, 1, 4], values } });
  return y?.values;
}

/** Names of the operators that the runtime makes of the graph occur in its own copy of it. */
async function optimised(bytes: Uint8Array): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'clipid-quantise-'));
  const file = path.join(folder, 'optimised.onnx');
  try {
    const options = { optimizedModelFilePath: file, graphOptimizationLevel: 'extended' } as const;
    const session = await ort.InferenceSession.create(bytes, options);
    await session.release();
    return await readFile(file, 'latin1');
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('quantiseGraph', () => {
  it('rounds what the plan names to its steps and cuts what lies outside', async () => {
    const bytes = quantiseGraph(product(1.5, 4), plan);
    // In steps of 1: 0, 2, 10 and 255; the bias becomes 171 steps of 1.5 / 64, a little above 4; then
    // 4.01, 7.01, 19.01 and 386.51 in steps of 2.
    expect(await run(bytes, [-7, 2, 10.3, 300])).toEqual([4, 8, 20, 386]);
    expect(await run(product(1.5, 4), [-7, 2, 10.3, 300])).toEqual([4, 7, 19.450000762939453, 454]);
  });

  it('gives the runtime a graph that it computes in integers', async () => {
    expect(await optimised(quantiseGraph(product(1.5, 4), plan))).toContain('QLinearConv');
    expect(await optimised(product(1.5, 4))).not.toContain('QLinearConv');
  });

  it('leaves a convolution in float32 whose output is not named', async () => {
    const half = { ...plan, ranges: { 'Relu_0:0': [0, 255] as const } };
    const found = await run(quantiseGraph(product(1 / 3, 0), half), [1, 2.2, 3, 4]);
    [1 / 3, 2 / 3, 1, 4 / 3].forEach((value, i) => expect(found?.[i]).toBeCloseTo(value, 6));
  });

  it('is an error where the plan names a value that the graph lacks', () => {
    const wrong = { ...plan, ranges: { ...plan.ranges, 'Relu_9:0': [0, 1] as const } };
    expect(() => quantiseGraph(product(1, 0), wrong)).toThrow(/has no Relu_9:0 to be rounded/);
  });

  it('gives equal bytes for equal graphs, without the float32 weights', () => {
    const bytes = quantiseGraph(product(1.5, 4), plan);
    expect(bytes).toEqual(quantiseGraph(product(1.5, 4), plan));
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).toContain('product/weights/bytes');
    const weight = Buffer.from(Float32Array.of(1.5).buffer).toString('latin1');
    expect(Buffer.from(product(1.5, 4)).toString('latin1')).toContain(weight);
    expect(text).not.toContain(weight);
  });
});

describe('grids', () => {
  it.each([
    [-1, 3],
    [2, 5],
    [-5, -2],
    [0, 0],
  ])('holds zero and the whole of [%d, %d]', (least, most) => {
    const { step, zeroPoint } = gridOf([least, most]);
    expect(Number.isInteger(zeroPoint) && zeroPoint >= 0 && zeroPoint <= 255).toBe(true);
    expect((0 - zeroPoint) * step).toBeLessThanOrEqual(least + step);
    expect((255 - zeroPoint) * step).toBeGreaterThanOrEqual(most - step);
  });

  it('gives every channel its own steps up to the level asked for', () => {
    const made = quantiseKernel(Float32Array.of(0.5, -1, 100, 25), new Float32Array(2), 1, 64);
    expect([...made.weights]).toEqual([32, -64, 64, 16]);
    expect([...made.weightSteps]).toEqual([1 / 64, 100 / 64]);
  });

  it('keeps the bias of a channel whose weights are next to nothing', () => {
    const made = quantiseKernel(Float32Array.of(1e-9, 0), Float32Array.of(0.5, 0.25), 0.01, 64);
    const biases = [...made.biases].map((level, i) => level * (made.biasSteps[i] ?? 0));
    expect(biases[0]).toBeCloseTo(0.5, 6);
    expect(biases[1]).toBeCloseTo(0.25, 6);
  });
});
