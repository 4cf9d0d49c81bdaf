import { elementCount } from '../onnx/tensor.js';
import type { ShapeRule } from './node-call.js';
import { computed } from './value.js';

/** ReduceMean and its kin: axes as attribute or input, all axes where there are none. */
export const reduceShape: ShapeRule = (call) => {
  const { elementType, dims, numbers } = call.input(0);
  const given = call.intsOf(1, 'axes') ?? [];
  if (given.length === 0 && call.int('noop_with_empty_axes', 0) !== 0) return [call.input(0)];
  const axes = given.length === 0 ? [...dims.keys()] : given.map((a) => call.axis(a, dims.length));
  const kept = call.int('keepdims', 1) !== 0;
  const to = dims.flatMap((size, axis) => (axes.includes(axis) ? (kept ? [1] : []) : [size]));
  const product = call.opType === 'ReduceProd' && elementCount(to) === 1 ? numbers : null;
  const known = product ? [product.reduce((all, value) => all * value, 1)] : null;
  return [{ ...computed(elementType, to), numbers: known }];
};

/** ArgMax, ArgMin: where along one axis. */
export const argShape: ShapeRule = (call) => {
  const { dims } = call.input(0);
  const at = call.axis(call.int('axis', 0), dims.length);
  const kept = call.int('keepdims', 1) !== 0;
  return [
    computed(
      'int64',
      dims.flatMap((size, axis) => (axis === at ? (kept ? [1] : []) : [size])),
    ),
  ];
};
