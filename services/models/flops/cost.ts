import { elementCount } from '../onnx/tensor.js';
import type { NodeCall } from './node-call.js';
import { poolKernel } from './shape-window.js';
import type { Value } from './value.js';

/** What one run of a node computes. FLOPs are 2 x multiplyAdds + single. */
export interface Cost {
  /** Of convolutions and matrix products alone: what papers call mult-adds or MACs. */
  readonly multiplyAdds: number;
  /** Operations of one kind: additions, comparisons, exponentials ... */
  readonly single: number;
}

export type CostRule = (call: NodeCall, outputs: readonly Value[]) => Cost;

export const FREE: CostRule = () => ({ multiplyAdds: 0, single: 0 });

/** `count` operations for every element of the first output. */
export function perOutput(count: number): CostRule {
  return (_, outputs) => ({ multiplyAdds: 0, single: count * elements(outputs[0]) });
}

/** `count` operations for every element of the first input. */
export function perInput(count: number): CostRule {
  return (call) => ({ multiplyAdds: 0, single: count * elements(call.input(0)) });
}

/** Of n inputs that are put together: n - 1 operations for every element of the output. */
export const perPair: CostRule = (call, outputs) => ({
  multiplyAdds: 0,
  single: (call.inputCount - 1) * elements(outputs[0]),
});

/** inputs / groups x kernel for every element of the output, and its bias. */
export const convCost: CostRule = (call, outputs) => {
  const [channels = 0, ...window] = call.input(1).dims;
  const results = elements(outputs[0]);
  const bias = call.optionalInput(2) === undefined || channels === 0 ? 0 : results;
  return { multiplyAdds: results * elementCount(window), single: bias };
};

export const gemmCost: CostRule = (call, outputs) => {
  const inner = call.input(0).dims[call.int('transA', 0) ? 0 : 1] ?? 0;
  const results = elements(outputs[0]);
  const bias = call.optionalInput(2) === undefined ? 0 : results;
  return { multiplyAdds: results * inner, single: bias };
};

export const matMulCost: CostRule = (call, outputs) => ({
  multiplyAdds: elements(outputs[0]) * (call.input(0).dims.at(-1) ?? 0),
  single: 0,
});

/** The whole window for every element of the output. */
export const poolCost: CostRule = (call, outputs) => ({
  multiplyAdds: 0,
  single: elementCount(poolKernel(call)) * elements(outputs[0]),
});

/** One multiplication and one addition for every neighbour: 2 (linear) or 4 (cubic) on each resized axis. */
export const resizeCost: CostRule = (call, outputs) => {
  const { dims } = call.input(0);
  const axes = outputs[0]?.dims.filter((size, axis) => size !== dims[axis]).length ?? 0;
  const reach = { linear: 2, cubic: 4 }[call.text('mode', 'nearest')];
  const each = reach === undefined ? 0 : 2 * reach ** axes;
  return { multiplyAdds: 0, single: each * elements(outputs[0]) };
};

function elements(value: Value | undefined): number {
  return value ? elementCount(value.dims) : 0;
}
