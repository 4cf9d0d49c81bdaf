import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../../services/models/onnx/graph-builder.js';
import { readModel } from '../../../../services/models/onnx/read-model.js';
import { elementCount } from '../../../../services/models/onnx/tensor.js';
import { inferGraph } from '../../../../services/models/flops/infer.js';
import { runGraph } from '../onnx/run-graph.js';

type Build = (graph: GraphBuilder, x: string) => string | string[];
const INT64 = 7;

function constant(graph: GraphBuilder, name: string, dims: number[]): string {
  return graph.floats(name, { dims, values: new Float32Array(elementCount(dims)).fill(0.5) });
}

function numbers(graph: GraphBuilder, name: string, values: number[]): string {
  return graph.floats(name, { dims: [values.length], values: Float32Array.from(values) });
}

function conv(weights: number[], attributes: Parameters<GraphBuilder['node']>[2]): Build {
  return (graph, x) => graph.node('Conv', [x, constant(graph, 'w', weights)], attributes);
}

function pool(opType: string, attributes: Parameters<GraphBuilder['node']>[2]): Build {
  return (graph, x) => graph.node(opType, [x], attributes);
}

/** One size of a value, as exporters take it at run time: [1] int64. */
function sizeOf(graph: GraphBuilder, x: string, axis: number): string {
  const shape = graph.node('Shape', [x]);
  const index = graph.ints([axis]);
  return graph.node('Gather', [shape, index]);
}

/** The pads of F.pad as PyTorch writes them: given last axis first, turned round at run time. */
function exportedPads(graph: GraphBuilder): string {
  const rest = graph.node('ConstantOfShape', [graph.ints([4])]);
  const ints = graph.node('Cast', [rest], { to: { int: INT64 } });
  const all = graph.node('Concat', [graph.ints([1, 2, 0, 3]), ints], { axis: { int: 0 } });
  const pairs = graph.node('Reshape', [all, graph.ints([-1, 2])]);
  const bounds = [[-1], [-9_999_999], [0], [-1]].map((values) => graph.ints(values));
  const turned = graph.node('Slice', [pairs, ...bounds]);
  const sides = graph.node('Transpose', [turned], { perm: { ints: [1, 0] } });
  return graph.node('Reshape', [sides, graph.ints([-1])]);
}

const k3 = { ints: [3, 3] };
const s2 = { ints: [2, 2] };
const CASES: [string, number[], Build][] = [
  ['Conv', [2, 3, 9, 10], conv([4, 3, 3, 5], { strides: s2, pads: { ints: [1, 2, 0, 1] } })],
  [
    'Conv, groups, dilations',
    [1, 4, 9, 9],
    conv([8, 2, 3, 3], { group: { int: 2 }, dilations: s2 }),
  ],
  [
    'Conv, SAME_UPPER',
    [1, 3, 9, 10],
    conv([4, 3, 3, 3], { strides: s2, auto_pad: { text: 'SAME_UPPER' } }),
  ],
  ['Conv, VALID', [1, 3, 9, 10], conv([4, 3, 3, 3], { strides: s2, auto_pad: { text: 'VALID' } })],
  ['Conv, one axis', [1, 3, 9], conv([4, 3, 3], { pads: { ints: [1, 1] } })],
  ['MaxPool', [1, 2, 9, 10], pool('MaxPool', { kernel_shape: k3, strides: s2 })],
  ...[7, 8, 9, 10].map((side): [string, number[], Build] => [
    `MaxPool, ceil, ${side}`,
    [1, 2, side, 8],
    pool('MaxPool', { kernel_shape: k3, strides: s2, ceil_mode: { int: 1 } }),
  ]),
  [
    'MaxPool, ceil, a window in the padding only',
    [1, 2, 5, 5],
    pool('MaxPool', {
      kernel_shape: s2,
      strides: s2,
      pads: { ints: [1, 1, 1, 1] },
      ceil_mode: { int: 1 },
    }),
  ],
  [
    'AveragePool, ceil',
    [1, 2, 8, 8],
    pool('AveragePool', {
      kernel_shape: k3,
      strides: s2,
      pads: { ints: [1, 1, 1, 1] },
      ceil_mode: { int: 1 },
    }),
  ],
  ['GlobalAveragePool', [2, 3, 5, 7], pool('GlobalAveragePool', {})],
  ['PRelu', [1, 3, 4, 4], (g, x) => g.node('PRelu', [x, constant(g, 's', [3, 1, 1])])],
  [
    'Sub that stretches both',
    [1, 3, 1, 4],
    (g, x) => g.node('Sub', [x, constant(g, 's', [2, 1, 5, 1])]),
  ],
  ['Sqrt of Pow', [2, 3], (g, x) => g.node('Sqrt', [g.node('Pow', [x, g.scalar(2)])])],
  [
    'Gemm, transposed',
    [5, 2],
    (g, x) =>
      g.node('Gemm', [x, constant(g, 'b', [4, 5]), constant(g, 'c', [4])], {
        transA: { int: 1 },
        transB: { int: 1 },
      }),
  ],
  ['MatMul of stacks', [2, 1, 3, 4], (g, x) => g.node('MatMul', [x, constant(g, 'b', [5, 4, 6])])],
  ['MatMul of a vector', [2, 3, 4], (g, x) => g.node('MatMul', [x, constant(g, 'b', [4])])],
  ['Flatten', [2, 3, 4, 5], (g, x) => g.node('Flatten', [x], { axis: { int: -2 } })],
  ['Reshape, 0 and -1', [2, 3, 4, 5], (g, x) => g.node('Reshape', [x, g.ints([0, -1, 10])])],
  ['Transpose', [2, 3, 4, 5], (g, x) => g.node('Transpose', [x], { perm: { ints: [0, 2, 3, 1] } })],
  ['Transpose without perm', [2, 3, 4], (g, x) => g.node('Transpose', [x])],
  [
    'Concat',
    [2, 3, 4],
    (g, x) => g.node('Concat', [x, constant(g, 'c', [2, 5, 4])], { axis: { int: -2 } }),
  ],
  [
    'Split by sizes',
    [2, 7],
    (g, x) => g.nodeWithOutputs('Split', [x, g.ints([3, 4])], 2, { axis: { int: 1 } }),
  ],
  [
    'Split in equal parts',
    [2, 6],
    (g, x) => g.nodeWithOutputs('Split', [x], 3, { axis: { int: 1 } }),
  ],
  [
    'Slice with steps',
    [9, 10],
    (g, x) =>
      g.node('Slice', [x, g.ints([1, -1]), g.ints([-1, -11]), g.ints([0, 1]), g.ints([2, -3])]),
  ],
  ['Slice past the end', [9, 10], (g, x) => g.node('Slice', [x, g.ints([20]), g.ints([30])])],
  [
    'Pad',
    [1, 2, 3, 4],
    (g, x) => g.node('Pad', [x, g.ints([0, 1, 2, 3, 0, 0, 1, 2]), g.scalar(0)]),
  ],
  ['Pad as PyTorch exports it', [1, 2, 3, 4], (g, x) => g.node('Pad', [x, exportedPads(g)])],
  ['Squeeze', [1, 3, 1], (g, x) => g.node('Squeeze', [x])],
  ['Squeeze of one axis', [1, 3, 1], (g, x) => g.node('Squeeze', [x, g.ints([-1])])],
  ['Unsqueeze', [2, 3], (g, x) => g.node('Unsqueeze', [x, g.ints([-1, 0])])],
  [
    'Resize by scales',
    [1, 2, 5, 7],
    (g, x) => g.node('Resize', [x, '', numbers(g, 's', [1, 1, 2, 1.9])]),
  ],
  [
    'Resize down',
    [1, 2, 10, 7],
    (g, x) => g.node('Resize', [x, '', numbers(g, 's', [1, 1, 0.1, 0.3])]),
  ],
  [
    'Resize by sizes, linear',
    [1, 2, 5, 7],
    (g, x) => g.node('Resize', [x, '', '', g.ints([1, 2, 8, 3])], { mode: { text: 'linear' } }),
  ],
  [
    'Resize to the size of another map',
    [1, 2, 5, 7],
    (g, x) => {
      const small = g.node('MaxPool', [x], { kernel_shape: s2, strides: s2 });
      const sides = [
        g.node('Slice', [g.node('Shape', [small]), g.ints([0]), g.ints([2])]),
        sizeOf(g, x, 2),
        sizeOf(g, x, -1),
      ];
      return g.node('Resize', [small, '', '', g.node('Concat', sides, { axis: { int: 0 } })]);
    },
  ],
  [
    'Reshape by a computed size',
    [2, 6, 4],
    (g, x) => {
      const half = g.node('Div', [sizeOf(g, x, 1), g.ints([4])]);
      const shape = g.node('Concat', [g.ints([-1]), g.node('Mul', [half, g.ints([3])])], {
        axis: { int: 0 },
      });
      return g.node('Reshape', [x, shape]);
    },
  ],
  [
    'Expand to the shape of another value',
    [2, 3, 4],
    (g, x) => {
      const length = g.node('ReduceL2', [x], { axes: { ints: [1] } });
      return g.node('Div', [x, g.node('Expand', [length, g.node('Shape', [x])])]);
    },
  ],
  ['ReduceMean', [2, 3, 4, 5], (g, x) => g.node('ReduceMean', [x], { axes: { ints: [-1, 2] } })],
  [
    'ReduceMean without axes',
    [2, 3],
    (g, x) => g.node('ReduceMean', [x], { keepdims: { int: 0 } }),
  ],
  [
    'ReduceSum',
    [2, 3, 4],
    (g, x) => g.node('ReduceSum', [x, g.ints([1])], { keepdims: { int: 0 } }),
  ],
  ['Tile', [2, 3], (g, x) => g.node('Tile', [x, g.ints([2, 3])])],
  ['DepthToSpace', [1, 8, 2, 3], (g, x) => g.node('DepthToSpace', [x], { blocksize: { int: 2 } })],
  ['SpaceToDepth', [1, 2, 4, 6], (g, x) => g.node('SpaceToDepth', [x], { blocksize: { int: 2 } })],
  ['Gather', [2, 5, 3], (g, x) => g.node('Gather', [x, g.ints([4, 0])], { axis: { int: 1 } })],
  [
    'QuantizeLinear and back',
    [1, 2, 3],
    (g, x) => {
      const small = g.node('QuantizeLinear', [x, g.scalar(0.1)]);
      return g.node('DequantizeLinear', [small, g.scalar(0.1)]);
    },
  ],
  [
    'BatchNormalization',
    [2, 3, 4],
    (g, x) =>
      g.node('BatchNormalization', [
        x,
        ...['a', 'b', 'c', 'd'].map((name) => constant(g, name, [3])),
      ]),
  ],
];

/** `build` over an input of the given dims; its values are the outputs y0, y1 ... */
function graphBytes(dims: number[], build: Build, declared: (readonly number[])[]): Uint8Array {
  const graph = new GraphBuilder('case');
  const values = [build(graph, graph.input('x', 'float32', dims))].flat();
  values.forEach((value, i) => graph.output(`y${i}`, value, 'float32', declared[i] ?? []));
  return graph.toBytes();
}

function inferred(dims: number[], build: Build, declared: (readonly number[])[]) {
  const read = readModel(graphBytes(dims, build, declared), 'case.onnx');
  return inferGraph(read, new Map([['x', dims]]))
    .filter(({ node }) => node.name.startsWith('y'))
    .map(({ outputs }) => outputs[0]?.dims ?? []);
}

describe('shapes', () => {
  it.each(CASES)('%s of %j are those that the runtime gives', async (_, dims, build) => {
    const found = inferred(dims, build, []);
    const feed = { dims, values: new Array<number>(elementCount(dims)).fill(1) };
    const ran = await runGraph(graphBytes(dims, build, found), { x: feed });
    expect(found).toEqual(Object.values(ran).map((output) => output.dims));
  });

  it.each<[string, Build, string]>([
    [
      'channels',
      conv([4, 2, 3, 3], {}),
      'weights [4, 2, 3, 3] in 1 groups for an input of [1, 3, 4, 4]',
    ],
    ['a window', conv([4, 3, 5, 5], {}), 'a window of 5 on an axis of 4'],
    ['sizes', (g, x) => g.node('Add', [x, constant(g, 'c', [3])]), '[1, 3, 4, 4] and [3]'],
    ['a shape', (g, x) => g.node('Reshape', [x, g.ints([5, -1])]), 'makes [5, -1] of [1, 3, 4, 4]'],
    ['an axis', (g, x) => g.node('Flatten', [x], { axis: { int: 9 } }), 'names axis 9 of 4'],
    [
      'statistics',
      (g, x) =>
        g.node('BatchNormalization', [
          x,
          ...['a', 'b', 'c', 'd'].map((name) => constant(g, name, [2])),
        ]),
      '2 numbers for 3 channels',
    ],
    [
      'a shape that is data',
      (g, x) => g.node('Reshape', [x, g.node('Cast', [x], { to: { int: INT64 } })]),
      'takes a shape (input 1) from its data',
    ],
    [
      'a giant',
      (g, x) => g.node('Tile', [x, g.ints([1, 1, 1e9, 1e9])]),
      'makes a value of [1, 3, 4',
    ],
    ['a missing input', (g, x) => g.node('PRelu', [x]), 'lacks its input 1'],
  ])('that do not fit are an error that names the node: %s', (_, build, problem) => {
    const infer = () => inferred([1, 3, 4, 4], build, []);
    expect(infer).toThrow(expect.objectContaining({ code: 'BUNDLE_INVALID' }));
    expect(infer).toThrow(/^case\.onnx: node \w+ "\w+_\d+" /);
    expect(infer).toThrow(problem);
  });
});
