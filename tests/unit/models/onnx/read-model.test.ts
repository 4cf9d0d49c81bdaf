import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import onnxProto, { type onnx as Proto } from 'onnx-proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../../services/models/onnx/graph-builder.js';
import { readModel, readModelFile } from '../../../../services/models/onnx/read-model.js';
import { MAX_WIRE_PARTS } from '../../../../services/models/onnx/wire.js';

const { onnx } = onnxProto;
const FLOAT = 1;
const KIND = onnx.AttributeProto.AttributeType;
const { EXTERNAL } = onnx.TensorProto.DataLocation;
const value = (name: string, elemType = FLOAT): Proto.IValueInfoProto => ({
  name,
  type: { tensorType: { elemType, shape: { dim: [{ dimParam: 'N' }, { dimValue: 2 }, {}] } } },
});
const weights: Proto.ITensorProto = {
  name: 'w',
  dims: [2],
  dataType: FLOAT,
  rawData: new Uint8Array(8),
};

/** A model of y = x + w with parts replaced. */
function encode(graph: Partial<Proto.IGraphProto>, model: Partial<Proto.IModelProto> = {}) {
  return onnx.ModelProto.encode({
    opsetImport: [{ domain: '', version: 15 }],
    graph: {
      node: [{ name: 'sum', opType: 'Add', input: ['x', 'w'], output: ['y'] }],
      initializer: [weights],
      input: [value('x')],
      output: [value('y')],
      ...graph,
    },
    ...model,
  }).finish();
}

const withTensor = (tensor: Partial<Proto.ITensorProto>) =>
  encode({ initializer: [{ ...weights, ...tensor }] });

describe('readModel', () => {
  it('gives the structure of a graph and the sizes of its weights', () => {
    const builder = new GraphBuilder('g');
    const x = builder.input('x', 'uint8', ['N', 3, 4]);
    const kept = builder.node('Slice', [x, builder.ints([0]), builder.ints([-1])]);
    const floats = builder.node('Cast', [kept], { to: { int: FLOAT } });
    const large = { dims: [300], values: new Float32Array(300).fill(7) };
    builder.node('Sum', [floats, builder.scalar(0.5), builder.floats('large', large)]);
    builder.output('y', floats, 'float32', ['N', 3, 4]);
    const graph = readModel(builder.toBytes(), 'g.onnx');
    expect(graph).toMatchObject({ file: 'g.onnx', opset: 15 });
    expect(graph.inputs).toEqual([{ name: 'x', elementType: 'uint8', dims: ['N', 3, 4] }]);
    expect(graph.outputs).toEqual([{ name: 'y', elementType: 'float32', dims: ['N', 3, 4] }]);
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(['Slice', 'Cast', 'Sum', 'Identity']);
    expect(graph.nodes[1]?.attributes).toEqual(new Map([['to', { int: FLOAT }]]));
    expect(graph.initializers.get('ints:-1')).toMatchObject({ dims: [1], numbers: [-1] });
    expect(graph.initializers.get('scalar:0.5')).toMatchObject({ dims: [], numbers: [0.5] });
    expect(graph.initializers.get('large')).toEqual({
      name: 'large',
      elementType: 'float32',
      dims: [300],
      byteLength: 1200,
      numbers: null,
    });
  });

  it('reads numbers that are stored as lists, and attributes of every kind', () => {
    const attribute: Proto.IAttributeProto[] = [
      { name: 'i', type: KIND.INT, i: -3 },
      { name: 'is', type: KIND.INTS, ints: [1, -2] },
      { name: 'f', type: KIND.FLOAT, f: 0.5 },
      { name: 'fs', type: KIND.FLOATS, floats: [0.5, 2] },
      { name: 's', type: KIND.STRING, s: Buffer.from('SAME') },
      { name: 't', type: KIND.TENSOR, t: { dims: [1], dataType: 7, int64Data: [9] } },
      { name: 'g', type: KIND.GRAPH, g: {} },
    ];
    const { nodes, initializers } = readModel(
      encode({
        node: [{ opType: 'Add', domain: 'ai.onnx', input: ['x', 'w'], output: ['y'], attribute }],
        initializer: [{ name: 'w', dims: [2], dataType: 7, int64Data: [5, -6] }],
      }),
      'm',
    );
    expect(initializers.get('w')).toMatchObject({ byteLength: 16, numbers: [5, -6] });
    expect(nodes[0]?.domain).toBe('');
    expect([...(nodes[0]?.attributes ?? [])]).toEqual([
      ['i', { int: -3 }],
      ['is', { ints: [1, -2] }],
      ['f', { float: 0.5 }],
      ['fs', { floats: [0.5, 2] }],
      ['s', { text: 'SAME' }],
      ['t', { tensor: expect.objectContaining({ name: 'y', numbers: [9] }) as unknown }],
      ['g', { other: 'GRAPH' }],
    ]);
  });

  it('does not take an initialiser for an input, and names sizes that are open', () => {
    const { inputs } = readModel(encode({ input: [value('x'), value('w')] }), 'm');
    expect(inputs).toEqual([{ name: 'x', elementType: 'float32', dims: ['N', 2, '?'] }]);
  });

  it.each<[string, Uint8Array, string]>([
    ['no bytes', new Uint8Array(), 'the model has no graph'],
    ['text', Buffer.from('<html>not found</html>'), 'the file is'],
    ['zeros', new Uint8Array(64), 'the file is not a protobuf message'],
    ['a truncated file', encode({}).subarray(0, -3), 'the file is cut off'],
    ['no nodes', encode({ node: [] }), 'the model has no graph'],
    ['no outputs', encode({ output: [] }), 'the graph has no outputs'],
    ['no opset', encode({}, { opsetImport: [] }), 'opset_import names no version'],
    ['functions', encode({}, { functions: [{ name: 'f' }] }), 'the graph has functions of its own'],
    ['sparse tensors', encode({ sparseInitializer: [{}] }), 'the graph has sparse tensors'],
    [
      'too many inputs',
      encode({ input: Array.from({ length: 1001 }, (_, i) => value(`x${i}`)) }),
      'has 1002 inputs and outputs, more than 1000',
    ],
    ['a tensor twice', encode({ initializer: [weights, weights] }), 'tensor "w" is there twice'],
    [
      'too few bytes',
      withTensor({ rawData: new Uint8Array(7) }),
      'tensor "w" of float32 [2] needs 8 bytes, has 7',
    ],
    ['too many bytes', withTensor({ rawData: new Uint8Array(12) }), 'needs 8 bytes, has 12'],
    ['a list of the wrong kind', withTensor({ rawData: null, int32Data: [1, 2] }), 'has 0'],
    ['a negative size', withTensor({ dims: [-2] }), 'tensor "w" has dims [-2]: not valid'],
    ['a giant', withTensor({ dims: [2 ** 40, 2 ** 40] }), 'not valid'],
    ['too many axes', withTensor({ dims: new Array<number>(17).fill(1) }), 'not valid'],
    ['a type of strings', withTensor({ dataType: 8 }), 'tensor "w" has element type 8: not read'],
    [
      'data elsewhere',
      withTensor({
        rawData: null,
        dataLocation: EXTERNAL,
        externalData: [{ key: 'location', value: '/etc/passwd' }],
      }),
      'tensor "w" keeps its data in another file',
    ],
    [
      'data elsewhere in a node',
      encode({
        node: [
          {
            opType: 'Constant',
            output: ['y'],
            attribute: [
              { name: 'value', type: KIND.TENSOR, t: { ...weights, dataLocation: EXTERNAL } },
            ],
          },
        ],
      }),
      'tensor "y" keeps its data in another file',
    ],
    [
      'an input that is no tensor',
      encode({ input: [{ name: 'x', type: { mapType: {} } }] }),
      'input "x" is no tensor of a known element type (none)',
    ],
    ['an output of strings', encode({ output: [value('y', 8)] }), 'known element type (8)'],
    [
      'a node without an operator',
      encode({ node: [{ name: 'n', output: ['y'] }] }),
      'node "n" names no operator',
    ],
    [
      'a value from nowhere',
      encode({ node: [{ opType: 'Neg', input: ['z'], output: ['y'] }] }),
      'value "z" is read by Neg before anything makes it',
    ],
    [
      'a cycle',
      encode({ node: [{ opType: 'Neg', input: ['y'], output: ['y'] }] }),
      'value "y" is read by Neg before anything makes it',
    ],
    [
      'a value made twice',
      encode({ node: [{ opType: 'Neg', input: ['x'], output: ['w'] }] }),
      'value "w" is made twice',
    ],
    [
      'an output from nowhere',
      encode({ output: [value('z')] }),
      'value "z" is an output that nothing makes',
    ],
  ])('refuses %s', (_, bytes, problem) => {
    const read = () => readModel(bytes, 'm.onnx');
    expect(read).toThrow(expect.objectContaining({ code: 'BUNDLE_INVALID' }));
    expect(read).toThrow(/^m\.onnx: /);
    expect(read).toThrow(problem);
  });

  it('refuses a file cut off anywhere, and never crashes on a changed byte', () => {
    const whole = encode({});
    for (let i = 1; i < whole.length; i++) {
      const changed = Uint8Array.from(whole);
      changed[i] = (changed[i] ?? 0) ^ 0x85;
      for (const bytes of [whole.subarray(0, i), changed]) {
        try {
          expect(readModel(bytes, 'm').nodes).toHaveLength(1);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BUNDLE_INVALID' });
        }
      }
    }
  });

  it('refuses very many parts, and very deep nesting, before it decodes them', () => {
    const node = [0x0a, 0x00];
    const nodes = Buffer.alloc(2 * (MAX_WIRE_PARTS + 1), Buffer.from(node));
    const length: number[] = [];
    for (let rest = nodes.length; rest > 0; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
    length.push(0);
    expect(() => readModel(Buffer.concat([Buffer.from([0x3a, ...length]), nodes]), 'm')).toThrow(
      `m: the file has more than ${MAX_WIRE_PARTS} parts`,
    );
    let graph: Proto.IGraphProto = {};
    for (let i = 0; i < 20; i++) {
      graph = { node: [{ opType: 'If', attribute: [{ name: 'g', type: KIND.GRAPH, g: graph }] }] };
    }
    expect(() => readModel(encode(graph), 'm')).toThrow('m: the file has messages nested deeper');
  });
});

describe('readModelFile', () => {
  let folder = '';
  const at = (name: string) => path.join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'clipid-read-'));
    await writeFile(at('m.onnx'), encode({}));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads a file and names its path', async () => {
    expect((await readModelFile(at('m.onnx'), 1_000)).file).toBe(at('m.onnx'));
  });

  it.each([
    ['m.onnx', 10, 'bytes, more than 10'],
    ['none.onnx', 10, 'cannot be read'],
    ['', 10, 'the file is not a file'],
  ])('refuses %j above %i bytes', async (name, maxBytes, problem) => {
    const failure = readModelFile(at(name), maxBytes);
    await expect(failure).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    await expect(failure).rejects.toThrow(problem);
  });
});
