import { describe, expect, it } from 'vitest';
import {
  batchNormAsAffine,
  depthwiseKernelFromHwio,
  foldAfter,
  foldDivisor,
  kernelFromHwio,
  reorderInputs,
  scaleAffine,
  selectOutputs,
} from '../../../../services/models/onnx/fold.js';
import { floatTensor, permute } from '../../../../services/models/onnx/tensor.js';

/** [1, 1, 2, 3]: two inputs, three outputs. */
const hwio = floatTensor([1, 1, 2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));

describe('folding', () => {
  it('moves TensorFlow filters to [outputs, inputs, rows, columns]', () => {
    const kernel = kernelFromHwio(hwio, Float32Array.of(7, 8, 9));
    expect(kernel.weights.dims).toEqual([3, 2, 1, 1]);
    expect([...kernel.weights.values]).toEqual([1, 4, 2, 5, 3, 6]);
    const depthwise = depthwiseKernelFromHwio(
      floatTensor([1, 2, 2, 1], Float32Array.of(1, 2, 3, 4)),
    );
    expect(depthwise).toMatchObject({ groups: 2, bias: Float32Array.of(0, 0) });
    expect(depthwise.weights).toEqual({ dims: [2, 1, 1, 2], values: Float32Array.of(1, 3, 2, 4) });
  });

  it('permutes as its definition says', () => {
    const tensor = floatTensor(
      [2, 3, 4],
      Float32Array.from({ length: 24 }, (_, i) => i),
    );
    const moved = permute(tensor, [2, 0, 1]);
    expect(moved.dims).toEqual([4, 2, 3]);
    for (let a = 0; a < 2; a++)
      for (let b = 0; b < 3; b++)
        for (let c = 0; c < 4; c++)
          expect(moved.values[c * 6 + a * 3 + b]).toBe(tensor.values[a * 12 + b * 4 + c]);
  });

  it('gives a batch norm after a convolution as one convolution', () => {
    const norm = {
      mean: Float32Array.of(1, 2, 3),
      variance: Float32Array.of(4, 9, 16),
      offset: Float32Array.of(0.5, -0.5, 0),
      scale: Float32Array.of(2, 3, 4),
    };
    const kernel = kernelFromHwio(hwio, Float32Array.of(0.25, 0, -1));
    const folded = foldAfter(kernel, batchNormAsAffine(norm, 0));
    const x = [0.3, -0.7];
    for (let o = 0; o < 3; o++) {
      const plain = outputOf(kernel.weights.values, kernel.bias, o, x);
      const wanted =
        ((plain - (norm.mean[o] ?? 0)) / Math.sqrt(norm.variance[o] ?? 0)) * (norm.scale[o] ?? 0) +
        (norm.offset[o] ?? 0);
      expect(outputOf(folded.weights.values, folded.bias, o, x)).toBeCloseTo(wanted, 6);
    }
  });

  it('adds epsilon to the variance', () => {
    const one = Float32Array.of(1);
    const norm = { mean: one, variance: Float32Array.of(3), offset: one, scale: one };
    expect(batchNormAsAffine(norm, 1)).toEqual({
      scale: Float32Array.of(0.5),
      shift: Float32Array.of(0.5),
    });
  });

  it('divides the weights and leaves the bias', () => {
    const kernel = foldDivisor(kernelFromHwio(hwio, Float32Array.of(1, 1, 1)), 2);
    expect([...kernel.weights.values]).toEqual([0.5, 2, 1, 2.5, 1.5, 3]);
    expect([...kernel.bias]).toEqual([1, 1, 1]);
  });

  it('keeps the chosen output channels', () => {
    const kernel = selectOutputs(kernelFromHwio(hwio, Float32Array.of(7, 8, 9)), [2, 0]);
    expect(kernel.weights).toEqual({ dims: [2, 2, 1, 1], values: Float32Array.of(3, 6, 1, 4) });
    expect([...kernel.bias]).toEqual([9, 7]);
  });

  it('reads the inputs in another order', () => {
    const values = Float32Array.from({ length: 12 }, (_, i) => i);
    const weights = floatTensor([2, 3, 1, 2], values);
    const kernel = { weights, bias: Float32Array.of(7, 8), groups: 1 };
    const turned = reorderInputs(kernel, [2, 0, 1]);
    expect([...turned.weights.values]).toEqual([4, 5, 0, 1, 2, 3, 10, 11, 6, 7, 8, 9]);
    expect(turned.bias).toEqual(kernel.bias);
  });

  it('multiplies scale and shift', () => {
    const affine = { scale: Float32Array.of(1, 2), shift: Float32Array.of(-4, 8) };
    expect(scaleAffine(affine, 0.25)).toEqual({
      scale: Float32Array.of(0.25, 0.5),
      shift: Float32Array.of(-1, 2),
    });
  });

  it('refuses an affine of another size', () => {
    const affine = { scale: Float32Array.of(1), shift: Float32Array.of(0) };
    expect(() => foldAfter(kernelFromHwio(hwio), affine)).toThrow(
      'An affine of 1 meets 3 channels',
    );
  });
});

function outputOf(weights: Float32Array, bias: Float32Array, o: number, x: number[]): number {
  return x.reduce((sum, value, i) => sum + value * (weights[o * 2 + i] ?? 0), bias[o] ?? 0);
}
