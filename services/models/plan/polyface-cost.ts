import { windowCount } from '../onnx/padding.js';
import {
  A_BLOCK,
  A_TO_B,
  B_BLOCK,
  B_TO_C,
  type Branch,
  type Branches,
  C_BLOCK,
  type ConvLayer,
  MAX_POOL,
  STEM_1,
  STEM_1_BRANCHES,
  STEM_2,
  STEM_3,
} from '../polyface/architecture.js';
import { type PolyFaceShape, channelsAt } from '../polyface/shape.js';

/** What a PolyFace, or a part of it, costs for one face; counted as `countFlops` counts its graph. */
export interface PolyFaceCost {
  readonly flops: number;
  /** Learned numbers, batch norm folded in. */
  readonly parameters: number;
  /** Layers with weights, one after the other, on the longest way through. */
  readonly depth: number;
}

/** The whole is `fixed` and `a`, `b`, `c` as often as there are blocks: costs only add up. */
export interface PolyFaceParts {
  readonly fixed: PolyFaceCost;
  readonly a: PolyFaceCost;
  readonly b: PolyFaceCost;
  readonly c: PolyFaceCost;
}

/** A map between two parts: square. */
interface At {
  readonly channels: number;
  readonly sidePx: number;
}
type Step = readonly [cost: PolyFaceCost, to: At];

const NOTHING: PolyFaceCost = { flops: 0, parameters: 0, depth: 0 };
/** Bilinear resizing (8), scaling and shifting. */
const FLOPS_PER_INPUT_VALUE = 10;
const POOL_WINDOW = 9;
const POOL = { side: 3, stride: 2 } as const;

/** From the layers' sizes alone: no weights are made. */
export function polyFaceParts({
  inputPx,
  width,
  dimension,
}: Omit<PolyFaceShape, 'blocks'>): PolyFaceParts {
  const input: At = { channels: 3, sidePx: inputPx };
  const stem = chain(input, [
    (at) => sequence(at, STEM_1, width),
    (at) => sideBySide(at, STEM_1_BRANCHES, width),
    (at) => sideBySide(at, STEM_2, width),
    (at) => sideBySide(at, STEM_3, width),
  ]);
  const toB = sideBySide(stem[1], A_TO_B, width);
  const toC = sideBySide(toB[1], B_TO_C, width);
  const pixels = { ...NOTHING, flops: FLOPS_PER_INPUT_VALUE * 3 * inputPx ** 2 };
  return {
    fixed: [stem[0], toB[0], toC[0], linear(toC[1], dimension)].reduce(sum, pixels),
    a: residual(stem[1], A_BLOCK, width),
    b: residual(toB[1], B_BLOCK, width),
    c: residual(toC[1], C_BLOCK, width),
  };
}

/** Of the network with so many blocks of each kind. */
export function costOf(parts: PolyFaceParts, { a, b, c }: PolyFaceShape['blocks']): PolyFaceCost {
  const total = (key: keyof PolyFaceCost) =>
    parts.fixed[key] + a * parts.a[key] + b * parts.b[key] + c * parts.c[key];
  return { flops: total('flops'), parameters: total('parameters'), depth: total('depth') };
}

/** Branches, joined by a 1 x 1 convolution, added to the input, ReLU. */
function residual(at: At, sides: Branches, width: number): PolyFaceCost {
  const [branches, joined] = sideBySide(at, sides, width);
  const [join] = convolution(joined, 1, 1, at.channels, joined.sidePx);
  const addition = { ...NOTHING, flops: at.channels * at.sidePx ** 2 };
  // The convolution counts a ReLU; here it comes after the addition.
  return [join, addition].reduce(sum, branches);
}

function sideBySide(at: At, sides: Branches, width: number): Step {
  const steps = sides.map((side) => branch(at, side, width));
  const costs = steps.map(([cost]) => cost);
  const channels = steps.reduce((total, [, to]) => total + to.channels, 0);
  const depth = Math.max(...costs.map((cost) => cost.depth));
  return [
    { ...costs.reduce(sum), depth },
    { channels, sidePx: steps[0]?.[1].sidePx ?? 0 },
  ];
}

function branch(at: At, side: Branch, width: number): Step {
  if (side === MAX_POOL) return maxPool(at);
  return 'kernel' in side ? layer(at, side, width) : sequence(at, side, width);
}

function sequence(at: At, layers: readonly ConvLayer[], width: number): Step {
  return chain(
    at,
    layers.map((each) => (from: At) => layer(from, each, width)),
  );
}

function chain(at: At, parts: readonly ((from: At) => Step)[]): Step {
  return parts.reduce<Step>(
    ([before, from], part) => {
      const [cost, to] = part(from);
      return [sum(before, cost), to];
    },
    [NOTHING, at],
  );
}

function layer(at: At, { kernel, outputs, stride, padding }: ConvLayer, width: number): Step {
  const [rows = 0, columns = 0] = kernel.split('x').map(Number);
  const sidePx = windowCount(at.sidePx, rows, stride, padding(at.sidePx, rows, stride));
  return convolution(at, rows, columns, channelsAt(width, outputs), sidePx);
}

/** With bias (batch norm folded in) and ReLU. */
function convolution(at: At, rows: number, columns: number, outputs: number, sidePx: number): Step {
  const window = rows * columns * at.channels;
  const cost = {
    flops: outputs * sidePx ** 2 * (2 * window + 2),
    parameters: outputs * (window + 1),
    depth: 1,
  };
  return [cost, { channels: outputs, sidePx }];
}

function maxPool({ channels, sidePx }: At): Step {
  const to = windowCount(sidePx, POOL.side, POOL.stride, { before: 0, after: 0 }, 'ceil');
  return [
    { ...NOTHING, flops: POOL_WINDOW * channels * to ** 2 },
    { channels, sidePx: to },
  ];
}

function linear({ channels, sidePx }: At, outputs: number): PolyFaceCost {
  const inputs = channels * sidePx ** 2;
  return { flops: outputs * (2 * inputs + 1), parameters: outputs * (inputs + 1), depth: 1 };
}

function sum(a: PolyFaceCost, b: PolyFaceCost): PolyFaceCost {
  return {
    flops: a.flops + b.flops,
    parameters: a.parameters + b.parameters,
    depth: a.depth + b.depth,
  };
}
