import type { NodeCall, ShapeRule } from './node-call.js';
import { type Value, computed } from './value.js';

/** Conv: input [N, C, ...], weights [outputs, C / group, ...kernel], bias [outputs]. */
export const convShape: ShapeRule = (call) => {
  const { elementType, dims } = call.input(0);
  const weights = call.input(1).dims;
  const [outputs = 0, each = 0, ...kernel] = weights;
  const groups = call.int('group', 1);
  if (dims.length !== weights.length || each * groups !== dims[1] || outputs % groups !== 0) {
    const shown = `[${weights.join(', ')}] in ${groups} groups`;
    throw call.problem(`has weights ${shown} for an input of [${dims.join(', ')}]`);
  }
  return [computed(elementType, [dims[0] ?? 0, outputs, ...slide(call, dims.slice(2), kernel)])];
};

/** MaxPool (the second output: where each maximum was), AveragePool, LpPool. */
export const poolShape: ShapeRule = (call) => {
  const { elementType, dims } = call.input(0);
  const kernel = poolKernel(call);
  const result = [...dims.slice(0, 2), ...slide(call, dims.slice(2), kernel)];
  const pooled = computed(elementType, result);
  return call.outputCount > 1 ? [pooled, computed('int64', result)] : [pooled];
};

/** The sides of a pool's window. */
export function poolKernel(call: NodeCall): readonly number[] {
  const kernel = call.ints('kernel_shape');
  if (kernel === undefined) throw call.problem('lacks kernel_shape');
  return kernel;
}

/** The mean or maximum of each channel: [N, C, 1, ...]. */
export const globalPoolShape: ShapeRule = (call) => {
  const { elementType, dims } = call.input(0);
  return [computed(elementType, [...dims.slice(0, 2), ...dims.slice(2).map(() => 1)])];
};

/** Windows along each spatial axis. */
function slide(call: NodeCall, sizes: Value['dims'], kernel: Value['dims']): number[] {
  const rank = sizes.length;
  if (rank === 0 || kernel.length !== rank)
    throw call.problem(`has a window of ${kernel.length} axes`);
  const strides = call.ints('strides') ?? sizes.map(() => 1);
  const dilations = call.ints('dilations') ?? sizes.map(() => 1);
  const pads = call.ints('pads') ?? [];
  return sizes.map((size, axis) => {
    const stride = strides[axis] ?? 1;
    const reach = ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1;
    const padding = [pads[axis] ?? 0, pads[axis + rank] ?? 0] as const;
    const count = windows(call, size, reach, stride, padding);
    if (count >= 1 && stride >= 1) return count;
    throw call.problem(`has a window of ${reach} on an axis of ${size}`);
  });
}

function windows(
  call: NodeCall,
  size: number,
  reach: number,
  stride: number,
  [before, after]: readonly [number, number],
): number {
  const autoPad = call.text('auto_pad', 'NOTSET');
  if (autoPad.startsWith('SAME')) return Math.ceil(size / stride);
  const [first, last] = autoPad === 'VALID' ? [0, 0] : [before, after];
  const steps = (size + first + last - reach) / stride;
  if (call.int('ceil_mode', 0) === 0) return Math.floor(steps) + 1;
  const count = Math.ceil(steps) + 1;
  // A window that would start in the padding behind the picture is left out.
  return (count - 1) * stride >= size + first ? count - 1 : count;
}
