import type { ShapeRule } from './node-call.js';
import { computed } from './value.js';

/** QuantizeLinear(x, scale, zero point): the zero point's type, uint8 without one. */
export const quantiseShape: ShapeRule = (call) => {
  const type = call.optionalInput(2)?.elementType ?? 'uint8';
  return [computed(type, call.input(0).dims)];
};

/** DequantizeLinear(x, scale, zero point): the scale's type; a stored weight stays one. */
export const dequantiseShape: ShapeRule = (call) => {
  const { dims, constant } = call.input(0);
  return [{ elementType: call.input(1).elementType, dims, numbers: null, constant }];
};
