import {
  type CostRule,
  FREE,
  convCost,
  gemmCost,
  matMulCost,
  perInput,
  perOutput,
  perPair,
  poolCost,
  resizeCost,
} from './cost.js';
import type { ShapeRule } from './node-call.js';
import * as constants from './shape-constants.js';
import * as elementwise from './shape-elementwise.js';
import * as layout from './shape-layout.js';
import { gemmShape, matMulShape } from './shape-linear.js';
import * as pieces from './shape-pieces.js';
import { dequantiseShape, quantiseShape } from './shape-quantise.js';
import { argShape, reduceShape } from './shape-reduce.js';
import { resizeShape } from './shape-resize.js';
import { convShape, globalPoolShape, poolShape } from './shape-window.js';

/** What is known of one operator of the ONNX standard. */
export interface Operator {
  readonly shape: ShapeRule;
  readonly cost: CostRule;
  /** Inputs that, where they are constants, are learned: weights, biases, slopes. */
  readonly learned: readonly number[];
  /** Constants of fewer numbers were chosen, not learned: the factor of a multiplication. */
  readonly leastLearned: number;
}

const { unary, broadcasting, comparing } = elementwise;
const each = perOutput(1);

/** One operation for every element; the value is followed where it is known. */
const UNARY: Readonly<Record<string, ((value: number) => number) | undefined>> = {
  Abs: Math.abs,
  Ceil: Math.ceil,
  Floor: Math.floor,
  Neg: (value) => -value,
  Not: (value) => Number(value === 0),
  Sqrt: Math.sqrt,
  ...Object.fromEntries(
    ['Clip', 'Elu', 'Erf', 'Exp', 'Gelu', 'HardSigmoid', 'HardSwish', 'LeakyRelu', 'Log', 'Mish']
      .concat(['Reciprocal', 'Relu', 'Round', 'Selu', 'Sigmoid', 'Softplus', 'Softsign', 'Tanh'])
      .map((name) => [name, undefined]),
  ),
};

const BINARY: Readonly<Record<string, (...operands: number[]) => number>> = {
  Add: (a = 0, b = 0) => a + b,
  Sub: (a = 0, b = 0) => a - b,
  Mul: (a = 0, b = 0) => a * b,
  Div: (a = 0, b = 0) => a / b,
  Pow: (a = 0, b = 0) => a ** b,
  Max: Math.max,
  Min: Math.min,
};

const COMPARING: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  Equal: (a, b) => a === b,
  Greater: (a, b) => a > b,
  Less: (a, b) => a < b,
  And: (a, b) => a !== 0 && b !== 0,
  Or: (a, b) => a !== 0 || b !== 0,
};

/** Nothing is computed: elements are moved, or known before the graph runs. */
const MOVING: Readonly<Record<string, ShapeRule>> = {
  Cast: constants.castShape,
  Concat: pieces.concatShape,
  Constant: constants.constantShape,
  ConstantOfShape: constants.constantOfShape,
  DepthToSpace: layout.blocksShape((block) => block),
  Dropout: layout.identityShape,
  Expand: constants.expandShape,
  Flatten: layout.flattenShape,
  Gather: pieces.gatherShape,
  Identity: layout.identityShape,
  Pad: layout.padShape,
  Range: constants.rangeShape,
  Reshape: layout.reshapeShape,
  Shape: constants.shapeShape,
  Size: constants.sizeShape,
  Slice: pieces.sliceShape,
  SpaceToDepth: layout.blocksShape((block) => 1 / block),
  Split: pieces.splitShape,
  Squeeze: layout.squeezeShape,
  Tile: layout.tileShape,
  Transpose: layout.transposeShape,
  Unsqueeze: layout.unsqueezeShape,
  Where: elementwise.whereShape,
};

const REDUCING: Readonly<Record<string, number>> = {
  ReduceL1: 2,
  ReduceL2: 2,
  ReduceMax: 1,
  ReduceMean: 1,
  ReduceMin: 1,
  ReduceProd: 1,
  ReduceSum: 1,
  ReduceSumSquare: 2,
};

function operator(
  shape: ShapeRule,
  cost: CostRule,
  learned: readonly number[] = [],
  leastLearned = 1,
): Operator {
  return { shape, cost, learned, leastLearned };
}

function table<T>(from: Readonly<Record<string, T>>, make: (value: T) => Operator) {
  return Object.entries(from).map(([name, value]): [string, Operator] => [name, make(value)]);
}

/** Every operator whose shape and cost are known, by its name in the standard. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...table(UNARY, (compute) => operator(unary(compute), each)),
  ...table(BINARY, (compute) => operator(broadcasting(compute), perPair, [0, 1], 2)),
  ...table(COMPARING, (compute) => operator(comparing(compute), each)),
  ...table(MOVING, (shape) => operator(shape, FREE)),
  ...table(REDUCING, (count) => operator(reduceShape, perInput(count))),
  ...table({ MaxPool: poolShape, AveragePool: poolShape }, (shape) => operator(shape, poolCost)),
  ...table({ Resize: resizeShape, Upsample: resizeShape }, (shape) => operator(shape, resizeCost)),
  ...table({ ArgMax: argShape, ArgMin: argShape }, (shape) => operator(shape, perInput(1))),
  ...table({ Softmax: 5, LogSoftmax: 5 }, (count) => operator(unary(), perOutput(count))),
  ...table({ GlobalAveragePool: 1, GlobalMaxPool: 1 }, (count) =>
    operator(globalPoolShape, perInput(count)),
  ),
  ['BatchNormalization', operator(elementwise.batchNormShape, perOutput(2), [1, 2])],
  ['Conv', operator(convShape, convCost, [1, 2])],
  ['DequantizeLinear', operator(dequantiseShape, perOutput(2))],
  ['Gemm', operator(gemmShape, gemmCost, [1, 2])],
  ['LpNormalization', operator(unary(), perOutput(3))],
  ['MatMul', operator(matMulShape, matMulCost, [0, 1])],
  ['PRelu', operator(elementwise.preluShape, each, [1])],
  ['QuantizeLinear', operator(quantiseShape, perOutput(2))],
]);
