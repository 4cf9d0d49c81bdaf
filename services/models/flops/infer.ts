import { bundleInvalid } from '../invalid.js';
import type { OnnxGraph, OnnxNode } from '../onnx/model-types.js';
import { shownName } from '../onnx/read-tensor.js';
import { elementCount } from '../onnx/tensor.js';
import type { Cost } from './cost.js';
import { NodeCall } from './node-call.js';
import { OPERATORS, type Operator } from './operators.js';
import { type Value, computed } from './value.js';

const MAX_RANK = 16;
const MAX_ELEMENTS = 2 ** 44;
const MAX_SHOWN = 20;
const NOTHING: Cost = { multiplyAdds: 0, single: 0 };
const OTHER_OPERATORS = 'Use a graph of operators of the ONNX standard that are known here.';

/** One node with what it makes and what it costs. */
export interface NodeFacts {
  readonly node: OnnxNode;
  readonly outputs: readonly Value[];
  readonly cost: Cost;
  /** Constants that it learned, as their names; those that other nodes read too are among them. */
  readonly learned: readonly string[];
}

/**
 * Shapes and costs of every node that an output needs, in order, for inputs of the given dims.
 * Throws BUNDLE_INVALID that lists the operators that are not known, or names the node whose inputs
 * do not fit.
 */
export function inferGraph(
  graph: OnnxGraph,
  inputDims: ReadonlyMap<string, readonly number[]>,
): NodeFacts[] {
  const steps = withOperators(graph, neededNodes(graph));
  const values = new Map<string, Value>();
  for (const [name, { elementType, dims, numbers }] of graph.initializers) {
    values.set(name, { elementType, dims, numbers, constant: name });
  }
  for (const { name, elementType } of graph.inputs) {
    values.set(name, computed(elementType, inputDims.get(name) ?? []));
  }
  return steps.map(({ node, operator }) => inferNode(graph.file, node, operator, values));
}

/** Nodes that no output needs are left out, as runtimes leave them out. */
function neededNodes(graph: OnnxGraph): OnnxNode[] {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const backwards = graph.nodes.toReversed().filter(({ inputs, outputs }) => {
    if (!outputs.some((name) => needed.has(name))) return false;
    for (const name of inputs) needed.add(name);
    return true;
  });
  return backwards.reverse();
}

function withOperators({ file }: OnnxGraph, nodes: readonly OnnxNode[]) {
  const unknown = new Set<string>();
  const steps = nodes.flatMap((node) => {
    const operator = node.domain === '' ? OPERATORS.get(node.opType) : undefined;
    if (operator) return [{ node, operator }];
    unknown.add(node.domain === '' ? node.opType : `${node.domain}.${node.opType}`);
    return [];
  });
  if (unknown.size === 0) return steps;
  const shown = [...unknown].sort().slice(0, MAX_SHOWN).map(shownName).join(', ');
  const problem = `has operators whose shape and cost are not known: ${shown}`;
  throw bundleInvalid(file, 'the graph', problem, OTHER_OPERATORS);
}

function inferNode(
  file: string,
  node: OnnxNode,
  operator: Operator,
  values: Map<string, Value>,
): NodeFacts {
  const inputs = node.inputs.map((name) => (name === '' ? undefined : values.get(name)));
  const call = new NodeCall(file, node, inputs);
  const outputs = operator.shape(call);
  const lost = node.outputs.slice(outputs.length).find((name) => name !== '');
  if (lost !== undefined) throw call.problem(`has an output that is not known: ${shownName(lost)}`);
  outputs.forEach((value, i) => {
    checkDims(call, value.dims);
    values.set(node.outputs[i] ?? '', value);
  });
  if (isKnown(outputs)) return { node, outputs, cost: NOTHING, learned: [] };
  const learned = learnedConstants(operator, inputs);
  return { node, outputs, cost: operator.cost(call, outputs), learned };
}

/** The arithmetic of shapes, and constants that are rearranged or dequantised: runtimes do it once. */
function isKnown(outputs: readonly Value[]): boolean {
  return outputs.every(({ numbers, constant }) => numbers !== null || constant !== null);
}

function learnedConstants(
  { learned, leastLearned }: Operator,
  inputs: readonly (Value | undefined)[],
): string[] {
  return learned.flatMap((index) => {
    const value = inputs[index];
    const counts = value?.constant && elementCount(value.dims) >= leastLearned;
    return counts ? [value.constant] : [];
  });
}

function checkDims(call: NodeCall, dims: readonly number[]): void {
  const valid =
    dims.length <= MAX_RANK && dims.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (valid && elementCount(dims) <= MAX_ELEMENTS) return;
  throw call.problem(`makes a value of [${dims.slice(0, MAX_RANK).join(', ')}]`);
}
