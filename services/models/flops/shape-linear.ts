import { broadcastDims } from './broadcast.js';
import type { ShapeRule } from './node-call.js';
import { computed } from './value.js';

/** Gemm: [rows, inner] x [inner, columns] (either may be given transposed), plus C. */
export const gemmShape: ShapeRule = (call) => {
  const { elementType, dims } = call.input(0);
  const [rows = 0, inner = 0] = call.int('transA', 0) ? [...dims].reverse() : dims;
  const right = call.input(1).dims;
  const [height = 0, columns = 0] = call.int('transB', 0) ? [...right].reverse() : right;
  if (dims.length !== 2 || right.length !== 2 || inner !== height) {
    throw call.problem(`multiplies [${dims.join(', ')}] and [${right.join(', ')}]`);
  }
  return [computed(elementType, [rows, columns])];
};

/** MatMul as numpy's: the last two axes are multiplied, those before are broadcast. */
export const matMulShape: ShapeRule = (call) => {
  const { elementType, dims } = call.input(0);
  const right = call.input(1).dims;
  const a = dims.length === 1 ? [1, ...dims] : dims;
  const b = right.length === 1 ? [...right, 1] : right;
  const outer = broadcastDims(a.slice(0, -2), b.slice(0, -2));
  if (outer === null || dims.length === 0 || right.length === 0 || a.at(-1) !== b.at(-2)) {
    throw call.problem(`multiplies [${dims.join(', ')}] and [${right.join(', ')}]`);
  }
  const rows = dims.length === 1 ? [] : [a.at(-2) ?? 0];
  const columns = right.length === 1 ? [] : [b.at(-1) ?? 0];
  return [computed(elementType, [...outer, ...rows, ...columns])];
};
