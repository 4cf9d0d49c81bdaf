import { elementBytes } from '../onnx/read-types.js';
import { elementCount } from '../onnx/tensor.js';
import type { NodeFacts } from './infer.js';
import type { Value } from './value.js';

/** Bytes that a value takes while the graph runs. */
export function valueBytes({ elementType, dims }: Value): number {
  return elementCount(dims) * elementBytes(elementType);
}

/**
 * The most bytes that the graph's inputs and computed values take at one time, when nodes run in
 * their order and a value is given up after the last node that reads it. Every value has a place of
 * its own: a runtime that works in place, or keeps views, needs less; one that keeps scratch space
 * for its kernels needs more.
 */
export function peakActivationBytes(
  steps: readonly NodeFacts[],
  inputs: ReadonlyMap<string, number>,
  outputs: readonly string[],
): number {
  const lastReads = lastReadsOf(steps);
  for (const name of outputs) lastReads.set(name, steps.length);
  const live = new Map(inputs);
  let bytes = [...inputs.values()].reduce((sum, size) => sum + size, 0);
  let peak = bytes;
  steps.forEach(({ node, outputs: made }, index) => {
    made.forEach((value, i) => {
      const size = valueBytes(value);
      live.set(node.outputs[i] ?? '', size);
      bytes += size;
    });
    peak = Math.max(peak, bytes);
    for (const name of new Set([...node.inputs, ...node.outputs])) {
      if ((lastReads.get(name) ?? index) > index) continue;
      bytes -= live.get(name) ?? 0;
      live.delete(name);
    }
  });
  return peak;
}

/** The index of the last node that reads each value. */
function lastReadsOf(steps: readonly NodeFacts[]): Map<string, number> {
  return new Map(steps.flatMap(({ node }, index) => node.inputs.map((name) => [name, index])));
}
