/** Least and most of the values of a feature map. */
export type Range = readonly [least: number, most: number];

/** Bytes that stand for numbers: value = (byte - zeroPoint) * step. */
export interface Grid {
  readonly step: number;
  readonly zeroPoint: number;
}

/** Weights as signed bytes in steps of their output channel, and the biases on the sums' own grid. */
export interface QuantisedKernel {
  readonly weights: Int8Array;
  /** [outputs] */
  readonly weightSteps: Float32Array;
  readonly biases: Int32Array;
  /** [outputs] */
  readonly biasSteps: Float32Array;
}

const MOST_BYTE = 255;
/** A bias beyond this would leave the sums no room in 32 bits. */
const MOST_BIAS = 2 ** 30;
/** Far below any weight that counts; only keeps a channel of zeros from dividing by zero. */
const LEAST_STEP = 1e-12;

/** 256 steps over the range, widened to hold 0, which is exactly a step: padding stays zero. */
export function gridOf([least, most]: Range): Grid {
  const low = Math.min(0, least);
  const step = Math.fround(Math.max(Math.max(0, most) - low, LEAST_STEP) / MOST_BYTE);
  return { step, zeroPoint: Math.min(MOST_BYTE, Math.round(-low / step)) };
}

/**
 * Each output channel has its own steps, so that its largest weight is `mostLevel` steps. A channel
 * whose bias dwarfs its weights gets larger ones.
 * weights: [outputs, ...]; bias: [outputs]; inputStep: of the values that the kernel reads.
 */
export function quantiseKernel(
  weights: Float32Array,
  bias: Float32Array,
  inputStep: number,
  mostLevel: number,
): QuantisedKernel {
  const each = weights.length / bias.length;
  const weightSteps = bias.map((value, output) => {
    const largest = largestOf(weights.subarray(output * each, (output + 1) * each));
    return Math.max(largest / mostLevel, Math.abs(value) / inputStep / MOST_BIAS, LEAST_STEP);
  });
  const biasSteps = weightSteps.map((step) => step * inputStep);
  return {
    weights: toLevels(weights, weightSteps),
    weightSteps,
    biases: Int32Array.from(bias, (value, output) => Math.round(value / (biasSteps[output] ?? 1))),
    biasSteps,
  };
}

/** Plain loops: there are millions of weights. */
function toLevels(weights: Float32Array, steps: Float32Array): Int8Array {
  const each = weights.length / steps.length;
  const levels = new Int8Array(weights.length);
  steps.forEach((step, output) => {
    const end = (output + 1) * each;
    for (let i = output * each; i < end; i++) levels[i] = Math.round((weights[i] ?? 0) / step);
  });
  return levels;
}

function largestOf(values: Float32Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
