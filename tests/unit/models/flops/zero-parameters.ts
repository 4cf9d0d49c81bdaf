import { elementCount } from '../../../../services/models/onnx/tensor.js';
import type { Parameters } from '../../../../services/models/parameters.js';

/** Zeros for every parameter that is asked for; equally many share their memory. */
export function zeroParameters(): Parameters {
  const shared = new Map<number, Float32Array>();
  return {
    take: (_, dims) => {
      const count = elementCount(dims);
      const values = shared.get(count) ?? new Float32Array(count);
      shared.set(count, values);
      return { dims, values };
    },
    close: () => undefined,
  };
}
