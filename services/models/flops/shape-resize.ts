import type { NodeCall, ShapeRule } from './node-call.js';
import { computed } from './value.js';

/** Resize and Upsample, by sizes or by scales. */
export const resizeShape: ShapeRule = (call) => {
  const { elementType, dims } = call.input(0);
  const sizes = call.inputCount > 3 ? call.optionalInput(3) : undefined;
  const to = sizes && sizes.dims[0] !== 0 ? call.numbers(3) : scaled(call, dims);
  const plain =
    call.text('keep_aspect_ratio_policy', 'stretch') === 'stretch' && !call.ints('axes');
  if (plain && to.length === dims.length) return [computed(elementType, to)];
  throw call.problem('resizes in a way that is not known here');
};

function scaled(call: NodeCall, dims: readonly number[]): number[] {
  if (call.text('coordinate_transformation_mode', '') === 'tf_crop_and_resize') {
    throw call.problem('resizes in a way that is not known here');
  }
  const scales = call.floats('scales') ?? call.numbers(call.inputCount > 2 ? 2 : 1);
  if (scales.length !== dims.length) throw call.problem('has scales that do not fit');
  // In float32, as the runtimes do it: there 0.1 * 10 is 1.
  return dims.map((size, axis) => Math.floor(Math.fround(Math.fround(scales[axis] ?? 1) * size)));
}
