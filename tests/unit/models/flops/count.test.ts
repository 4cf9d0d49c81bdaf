import { describe, expect, it } from 'vitest';
import { countFlops } from '../../../../services/models/flops/count.js';
import { parseInputDims } from '../../../../services/models/flops/input-dims.js';
import { GraphBuilder } from '../../../../services/models/onnx/graph-builder.js';
import { readModel } from '../../../../services/models/onnx/read-model.js';
import { elementCount } from '../../../../services/models/onnx/tensor.js';

type Node = [opType: string, attributes?: Parameters<GraphBuilder['node']>[2]];

function zeros(graph: GraphBuilder, name: string, dims: number[]): string {
  return graph.floats(name, { dims, values: new Float32Array(elementCount(dims)) });
}

function read(dims: (number | string)[], build: (graph: GraphBuilder, x: string) => string) {
  const graph = new GraphBuilder('case');
  graph.output('y', build(graph, graph.input('x', 'float32', dims)), 'float32', ['N']);
  return readModel(graph.toBytes(), 'case.onnx');
}

/** FLOPs of one node on [1, 4, 6, 8] with constants of the given dims behind it. */
function flopsOf([opType, attributes]: Node, ...constants: number[][]): number {
  const graph = read([1, 4, 6, 8], (builder, x) => {
    const names = constants.map((dims, i) => zeros(builder, `c${i}`, dims));
    return builder.node(opType, [x, ...names], attributes);
  });
  return countFlops(graph).flops;
}

const ALL = 4 * 6 * 8;

describe('countFlops', () => {
  it('counts 2 x multiply-adds and the biases of convolutions', () => {
    // 5 outputs of [4, 6]; each looks at 3 x 3 pixels of 4 channels.
    const results = 5 * 4 * 6;
    expect(flopsOf(['Conv'], [5, 4, 3, 3])).toBe(results * 2 * 36);
    expect(flopsOf(['Conv'], [5, 4, 3, 3], [5])).toBe(results * (2 * 36 + 1));
    // Depthwise: each output looks at one channel.
    expect(flopsOf(['Conv', { group: { int: 4 } }], [4, 1, 3, 3])).toBe(4 * 4 * 6 * 2 * 9);
  });

  it('counts 2 x multiply-adds and the biases of matrix products', () => {
    const flat = (graph: GraphBuilder, x: string) => graph.node('Flatten', [x]);
    const gemm = read([3, 10], (graph, x) =>
      graph.node('Gemm', [flat(graph, x), zeros(graph, 'w', [10, 7]), zeros(graph, 'b', [7])]),
    );
    expect(countFlops(gemm)).toMatchObject({ flops: 3 * 7 * 21, multiplyAdds: 3 * 7 * 10 });
    const product = read([3, 10], (graph, x) =>
      graph.node('MatMul', [x, zeros(graph, 'w', [10, 7])]),
    );
    expect(countFlops(product)).toMatchObject({ flops: 3 * 7 * 20, parameters: 70 });
  });

  it.each<[number, Node, number[][]]>([
    [ALL, ['Relu'], []],
    [ALL, ['PRelu'], [[4, 1, 1]]],
    [ALL, ['Add'], [[4, 1, 1]]],
    [2 * ALL, ['BatchNormalization'], [[4], [4], [4], [4]]],
    [5 * ALL, ['Softmax'], []],
    [ALL, ['GlobalAveragePool'], []],
    [2 * ALL, ['ReduceL2'], []],
    [4 * 3 * 4 * 4, ['MaxPool', { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } }], []],
    [0, ['Transpose'], []],
    [0, ['Cast', { to: { int: 10 } }], []],
  ])('counts %i FLOPs of %j', (flops, node, constants) => {
    expect(flopsOf(node, ...constants)).toBe(flops);
  });

  it('counts the neighbours that a resize looks at', () => {
    const resize = (mode: string) =>
      countFlops(
        read([1, 1, 2, 3], (graph, x) => {
          const sizes = graph.ints([1, 1, 4, 6]);
          return graph.node('Resize', [x, '', '', sizes], { mode: { text: mode } });
        }),
      ).flops;
    expect([resize('nearest'), resize('linear'), resize('cubic')]).toEqual([0, 24 * 8, 24 * 32]);
  });

  it('counts learned numbers once, and statistics only as bytes', () => {
    const graph = read([1, 4, 2, 2], (builder, x) => {
      const slope = zeros(builder, 's', [4, 1, 1]);
      const norm = ['a', 'b', 'c', 'd'].map((name) => zeros(builder, name, [4]));
      const normed = builder.node('BatchNormalization', [x, ...norm]);
      const first = builder.node('PRelu', [normed, slope]);
      return builder.node('Mul', [builder.node('PRelu', [first, slope]), builder.scalar(2)]);
    });
    expect(countFlops(graph)).toMatchObject({ parameters: 8 + 4, weightBytes: 4 * (16 + 4 + 1) });
  });

  it('counts weights that are stored as bytes as what they are once the runtime has read them', () => {
    const graph = read([1, 4, 6, 8], (builder, x) => {
      const bytes = builder.node('Cast', [zeros(builder, 'w', [5, 4, 3, 3])], { to: { int: 3 } });
      const weights = builder.node('DequantizeLinear', [bytes, builder.scalar(0.5)]);
      return builder.node('Conv', [x, weights]);
    });
    const { flops, parameters } = countFlops(graph);
    expect({ flops, parameters }).toEqual({ flops: 5 * 4 * 6 * 2 * 36, parameters: 180 });
  });

  it('takes no account of nodes that no output needs, nor of the arithmetic of shapes', () => {
    const graph = read([1, 4, 2, 2], (builder, x) => {
      builder.node('NonMaxSuppression', [x, x]);
      const half = builder.node('Div', [builder.node('Shape', [x]), builder.ints([1, 1, 2, 1])]);
      return builder.node('Reshape', [x, builder.node('Mul', [half, builder.ints([1, 1, 1, 2])])]);
    });
    expect(countFlops(graph)).toMatchObject({ flops: 0, parameters: 0 });
  });

  it('finds the most memory in use at one time', () => {
    const graph = read([1, 10], (builder, x) => {
      const a = builder.node('Relu', [x]);
      const wide = builder.node('Concat', [a, a, a], { axis: { int: 1 } });
      const sum = builder.node('ReduceSum', [wide]);
      return builder.node('Add', [sum, sum]);
    });
    // x is given up once a is made; a (10 numbers) and wide (30) are there together.
    expect(countFlops(graph).peakActivationBytes).toBe(4 * 40);
    const kept = read([1, 10], (builder, x) => {
      const wide = builder.node('Concat', [x, x, x], { axis: { int: 1 } });
      const sum = builder.node('ReduceSum', [builder.node('Relu', [wide])]);
      return builder.node('Add', [sum, x]);
    });
    expect(countFlops(kept).peakActivationBytes).toBe(4 * (10 + 30 + 30));
  });

  it('says how many pictures convolutions saw where a graph has mirror images inside', () => {
    const graph = read(['N', 3, 4, 4], (builder, x) => {
      const both = builder.node('Concat', [x, x], { axis: { int: 0 } });
      return builder.node('Conv', [both, zeros(builder, 'w', [2, 3, 1, 1])]);
    });
    expect(countFlops(graph).convolutionBatches).toEqual([2]);
    expect(countFlops(graph, { batch: 8 }).convolutionBatches).toEqual([16]);
  });

  it('lists the operators that it does not know', () => {
    const graph = read([1, 4], (builder, x) => builder.node('LSTM', [builder.node('Scan', [x])]));
    expect(() => countFlops(graph)).toThrow(
      'case.onnx: the graph has operators whose shape and cost are not known: "LSTM", "Scan".',
    );
  });
});

describe('sizes that are left open', () => {
  const graph = read(['N', 3, 'height', 'width'], (builder, x) => builder.node('Relu', [x]));

  it('are an error that says how to give them', () => {
    expect(() => countFlops(graph)).toThrow(
      expect.objectContaining({ code: 'FIELD_INVALID', field: 'input' }),
    );
    expect(() => countFlops(graph)).toThrow(
      'x is [1, 3, height, width], with sizes left open. Give them, as in --input x=1x3x112x112.',
    );
  });

  it('are taken from the caller', () => {
    const inputDims = new Map([parseInputDims('x=2x3x10x20')]);
    expect(countFlops(graph, { inputDims }).flops).toBe(1200);
  });

  it.each([
    ['x=1x4x10x20', 'which 1x4x10x20 does not fit'],
    ['x=1x3x10', 'which 1x3x10 does not fit'],
    ['z=1', 'has no input z. It has x.'],
  ])('refuse %s', (text, problem) => {
    expect(() => countFlops(graph, { inputDims: new Map([parseInputDims(text)]) })).toThrow(
      problem,
    );
  });

  it.each(['x', 'x=', '=1x3', 'x=1x-3', 'x=0', 'x=1x3x', 'x=1e9', 'x=9999999'])(
    'cannot be written as %s',
    (text) => expect(() => parseInputDims(text)).toThrow(/^input: /),
  );

  it.each([0, -1, 1.5, 65_537])('refuse a batch of %d', (batch) => {
    expect(() => countFlops(graph, { batch })).toThrow(/^batch: /);
  });
});
