import { elementCount, floatTensor } from '../../../../services/models/onnx/tensor.js';
import type { Parameters } from '../../../../services/models/parameters.js';

/** The made-up weights and pixels of tests/fixtures/networks/make_parity.py, which has the formula. */

/** Number `i` of the result is number `i` of the tensor `name`, through `of`; u is in [0, 1). */
function filled<T extends Float32Array | Float64Array>(
  values: T,
  name: string,
  of: (u: number) => number,
): T {
  let counter = fnv1a(name);
  for (let i = 0; i < values.length; i++) {
    values[i] = of((mixed(counter) >>> 8) / 2 ** 24);
    counter = (counter + 0x9e3779b9) | 0;
  }
  return values;
}

/** Parameters of the fixture, with the dims of every one that was taken. */
export function parityParameters(): Parameters & {
  readonly taken: Map<string, readonly number[]>;
} {
  const taken = new Map<string, readonly number[]>();
  const take = (name: string, dims: readonly number[]) => {
    taken.set(name, dims);
    return floatTensor(dims, parameterValues(name, dims));
  };
  return { taken, take, close: () => undefined };
}

/** uint8 [faces, 112, 112, 3] RGB. */
export function parityPixels(faces: number): Uint8Array {
  const fine = filled(new Float64Array(faces * 112 * 112 * 3), 'pixels', (u) => u);
  const coarse = filled(new Float64Array(faces * 7 * 7 * 3), 'squares', (u) => u);
  return Uint8Array.from(fine, (value, i) => {
    const channel = i % 3;
    const column = Math.floor(i / 3) % 112;
    const row = Math.floor(i / (3 * 112)) % 112;
    const face = Math.floor(i / (3 * 112 * 112));
    const square = (face * 7 + Math.floor(row / 16)) * 7 + Math.floor(column / 16);
    return Math.floor(128 * value + 128 * (coarse[square * 3 + channel] ?? 0));
  });
}

function parameterValues(name: string, dims: readonly number[]): Float32Array {
  const values = new Float32Array(elementCount(dims));
  if (dims.length > 1) {
    const bound = Math.sqrt(6 / elementCount(dims.slice(1)));
    return filled(values, name, (u) => (2 * u - 1) * bound);
  }
  if (/\.act[12]\.weight$/.test(name)) return filled(values, name, (u) => 0.1 + 0.3 * u);
  if (/\.(weight|running_var)$/.test(name)) return filled(values, name, (u) => 0.5 + u);
  return filled(values, name, (u) => 0.4 * u - 0.2);
}

function fnv1a(name: string): number {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(name)) state = Math.imul(state ^ byte, 0x01000193);
  return state;
}

function mixed(counter: number): number {
  let x = counter;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}
