import { type PaddingRule, halfPadding, validPadding } from '../onnx/padding.js';

/**
 * PolyFace as its paper lists it (Liu et al., "Towards Flops-constrained Face Recognition", 2019):
 * the layers as data, with the channel counts of width 1. Channels in follow from what comes before.
 */

/** Convolution without bias, batch norm, ReLU. */
export interface ConvLayer {
  /** Rows x columns of the kernel, as the paper writes them. */
  readonly kernel: '1x1' | '3x3' | '1x3' | '3x1' | '1x7' | '7x1';
  readonly outputs: number;
  readonly stride: 1 | 2;
  readonly padding: PaddingRule;
}

/** Max-pool of 3 x 3, stride 2, in ceil mode. */
export const MAX_POOL = 'max-pool';
/** Layers one after the other, or one alone: the authors' names number the former. */
export type Branch = readonly ConvLayer[] | ConvLayer | typeof MAX_POOL;
/** Branches read the same map; what they give is concatenated, in order. */
export type Branches = readonly Branch[];

export const STEM_1: readonly ConvLayer[] = [halve('3x3', 32), valid('3x3', 32), keep('3x3', 64)];
export const STEM_1_BRANCHES: Branches = [MAX_POOL, halve('3x3', 96)];
export const STEM_2: Branches = [
  [keep('1x1', 64), valid('3x3', 96)],
  [keep('1x1', 64), keep('7x1', 64), keep('1x7', 64), valid('3x3', 96)],
];
export const STEM_3: Branches = [MAX_POOL, halve('3x3', 192)];

export const A_BLOCK: Branches = [
  [keep('1x1', 32), keep('3x3', 48), keep('3x3', 64)],
  [keep('1x1', 32), keep('3x3', 32)],
  keep('1x1', 32),
];
export const A_TO_B: Branches = [
  [keep('1x1', 256), keep('3x3', 256), halve('3x3', 384)],
  halve('3x3', 384),
  MAX_POOL,
];
export const B_BLOCK: Branches = [
  [keep('1x1', 128), keep('1x7', 160), keep('7x1', 192)],
  keep('1x1', 192),
];
export const B_TO_C: Branches = [
  [keep('1x1', 256), keep('3x3', 256), halve('3x3', 256)],
  [keep('1x1', 256), halve('3x3', 256)],
  [keep('1x1', 256), halve('3x3', 384)],
  MAX_POOL,
];
export const C_BLOCK: Branches = [
  [keep('1x1', 192), keep('1x3', 224), keep('3x1', 256)],
  keep('1x1', 192),
];

/** Of the batch norm behind every convolution. */
export const CONV_EPSILON = 1e-10;
/** Of the batch norm before the linear layer. */
export const HEAD_EPSILON = 2e-5;
/**
 * y = ReLU(x + 0.3 * 0.8 * branch(x)): the residual factor times the probability with which training
 * keeps a block (stochastic depth).
 */
export const RESIDUAL_FACTOR = 0.3 * 0.8;

/** Stride 1, zeros of half the kernel around: the size stays. */
function keep(kernel: ConvLayer['kernel'], outputs: number): ConvLayer {
  return { kernel, outputs, stride: 1, padding: halfPadding };
}

/** Stride 1, no padding. */
function valid(kernel: ConvLayer['kernel'], outputs: number): ConvLayer {
  return { kernel, outputs, stride: 1, padding: validPadding };
}

/** Stride 2, no padding. */
function halve(kernel: ConvLayer['kernel'], outputs: number): ConvLayer {
  return { kernel, outputs, stride: 2, padding: validPadding };
}
