import { bundleInvalid } from '../invalid.js';
import type { OnnxGraph } from './model-types.js';
import { MODEL_REMEDY, shownName } from './read-tensor.js';

/**
 * Every value has one maker, and is made before it is read. Throws BUNDLE_INVALID naming the value.
 */
export function checkOrder(graph: OnnxGraph): void {
  const known = new Set(graph.initializers.keys());
  const fail = (name: string, problem: string) =>
    bundleInvalid(graph.file, `value ${shownName(name)}`, problem, MODEL_REMEDY);
  const make = (name: string) => {
    if (name === '') return;
    if (known.has(name)) throw fail(name, 'is made twice');
    known.add(name);
  };
  for (const { name } of graph.inputs) make(name);
  for (const { opType, inputs, outputs } of graph.nodes) {
    const missing = inputs.find((name) => name !== '' && !known.has(name));
    if (missing !== undefined) throw fail(missing, `is read by ${opType} before anything makes it`);
    outputs.forEach(make);
  }
  const lost = graph.outputs.find(({ name }) => !known.has(name));
  if (lost !== undefined) throw fail(lost.name, 'is an output that nothing makes');
}
