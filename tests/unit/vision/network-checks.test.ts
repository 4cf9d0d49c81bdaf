import type { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { checkGraph } from '../../../services/vision/runtime/network-checks.js';
import { squareSpec } from './specs.js';

type Shape = readonly (number | string)[];
type Metadata = InferenceSession.ValueMetadata;

const tensor = (name: string, type: string, shape: Shape): Metadata =>
  ({ name, isTensor: true, type, shape }) as Metadata;
const graph = (inputs: Metadata[], outputs: Metadata[]) => ({
  inputMetadata: inputs,
  outputMetadata: outputs,
});
const pixels = (shape: Shape, type = 'uint8') => tensor('pixels', type, shape);
const feature = tensor('feature', 'float32', ['N', 128]);
const NHWC = ['N', 112, 112, 3];
const spec = squareSpec(112);
const nchw = squareSpec(112, { input: { ...spec.input, layout: 'NCHW', type: 'float32' } });

describe('a graph as its manifest has it', () => {
  it.each<[string, typeof spec, Metadata, number | null]>([
    ['any batch', spec, pixels(NHWC), null],
    ['a batch of 4', spec, pixels([4, 112, 112, 3]), 4],
    ['sizes without names', spec, pixels(['', '', '', 3]), null],
    ['planes', nchw, pixels([1, 3, 112, 112], 'float32'), 1],
  ])('passes with %s', (_, wanted, input, fixedBatch) => {
    expect(checkGraph(wanted, graph([input], [feature]))).toEqual({
      inputName: 'pixels',
      outputNames: ['feature'],
      fixedBatch,
    });
  });

  it('may leave the names to the graph', () => {
    const open = { ...spec, input: { ...spec.input, name: undefined }, outputNames: null };
    const found = checkGraph(open, graph([tensor('x', 'uint8', NHWC)], [feature]));
    expect(found).toMatchObject({ inputName: 'x', outputNames: ['feature'] });
  });
});

describe('a graph that is another', () => {
  it.each<[string, Metadata[], Metadata[], string, RegExp]>([
    [
      'input name',
      [tensor('data', 'uint8', NHWC)],
      [feature],
      'embedder.input.name',
      /is pixels, but the graph's inputs are data/,
    ],
    [
      'two inputs',
      [pixels(NHWC), tensor('mask', 'bool', [1])],
      [feature],
      'embedder.input.name',
      /inputs are pixels, mask; exactly one/,
    ],
    ['no input', [], [feature], 'embedder.input.name', /inputs are none/],
    [
      'type',
      [pixels(NHWC, 'float32')],
      [feature],
      'embedder.input.type',
      /uint8, but the graph takes float32/,
    ],
    [
      'layout',
      [pixels(['N', 3, 112, 112])],
      [feature],
      'embedder.input.layout',
      /\[\?, 112, 112, 3\], but the graph's pixels is \[N, 3, 112, 112\]/,
    ],
    ['size', [pixels(['N', 150, 150, 3])], [feature], 'embedder.input.layout', /112 x 112 px/],
    ['rank', [pixels([112, 112, 3])], [feature], 'embedder.input.layout', /\[112, 112, 3\]/],
    [
      'output name',
      [pixels(NHWC)],
      [tensor('out', 'float32', ['N', 128])],
      'embedder.outputName',
      /has feature, but the graph's outputs are out/,
    ],
    [
      'output type',
      [pixels(NHWC)],
      [tensor('feature', 'float16', ['N', 128])],
      'embedder.outputName',
      /float32, but the graph gives float16/,
    ],
  ])('in its %s is BUNDLE_INVALID by file and field', (_, inputs, outputs, field, message) => {
    const check = (): unknown => checkGraph(spec, graph(inputs, outputs));
    expect(check).toThrow(expect.objectContaining({ code: 'BUNDLE_INVALID', field }));
    expect(check).toThrow(message);
    expect(check).toThrow(/^\/bundle\/embedder\.onnx: /);
  });

  it('of a detector is named as the manifest names it', () => {
    const detector = squareSpec(112, { name: 'detector.1', outputNames: ['boxes'] });
    const code = 'BUNDLE_INVALID';
    expect(() => checkGraph(detector, graph([pixels([1, 1])], []))).toThrow(
      expect.objectContaining({ code, field: 'detector.input.layout' }),
    );
    expect(() => checkGraph(detector, graph([pixels(NHWC)], [feature]))).toThrow(
      expect.objectContaining({ code, field: 'detector.outputNames' }),
    );
  });
});
