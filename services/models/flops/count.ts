import type { OnnxGraph, OnnxTensor } from '../onnx/model-types.js';
import { elementBytes } from '../onnx/read-types.js';
import { elementCount } from '../onnx/tensor.js';
import { type NodeFacts, inferGraph } from './infer.js';
import { type CountOptions, resolveInputDims } from './input-dims.js';
import { peakActivationBytes, valueBytes } from './memory.js';

/** What is counted and how, for whoever reads a report. */
export const COUNTING_RULES: readonly string[] = [
  'FLOPs are 2 x multiply-adds of convolutions and matrix products, plus single operations: for each',
  'output 1 for a bias, an activation and element-wise arithmetic, 2 for batch norm and quantising,',
  '5 for softmax, the whole window for a pool, 8 for bilinear resizing; 1 for each input of a mean.',
  'Moving, casting and joining values is free. The graph is counted as it stands: batch norm that is',
  "folded into a convolution is that one's bias. One pass over the batch shown is counted; a mirror",
  'image that is run as a second picture is a pass of its own.',
];

/** The nodes of one operator. */
export interface OperatorCount {
  readonly opType: string;
  readonly nodes: number;
  readonly flops: number;
  /** Of convolutions and matrix products alone. */
  readonly multiplyAdds: number;
  /** Learned numbers; one that two operators share is the first one's. */
  readonly parameters: number;
  /** Of all that these nodes make, not at one time. */
  readonly activationBytes: number;
}

/** What one run of a graph costs; `COUNTING_RULES` says what is counted. */
export interface FlopsReport {
  readonly file: string;
  /** The sizes that were counted for. */
  readonly inputs: readonly { readonly name: string; readonly dims: readonly number[] }[];
  /** How many pictures the convolutions saw at a time; more than `inputs` say where a graph mirrors. */
  readonly convolutionBatches: readonly number[];
  readonly flops: number;
  readonly multiplyAdds: number;
  /**
   * Learned numbers: kernels, matrices, biases, slopes, scales and shifts of batch norm, and constants
   * of arithmetic with more than one number. Running statistics are not among them.
   */
  readonly parameters: number;
  /** Of all constants as they are stored. */
  readonly weightBytes: number;
  readonly peakActivationBytes: number;
  /** The costliest first. */
  readonly byType: readonly OperatorCount[];
}

/**
 * Counts FLOPs as 2 x multiply-adds, the convention of the LFR challenge, with parameters and memory.
 * Throws BUNDLE_INVALID listing operators that are not known, FIELD_INVALID for sizes left open.
 */
export function countFlops(graph: OnnxGraph, options: CountOptions = {}): FlopsReport {
  const inputDims = resolveInputDims(graph, options);
  const steps = inferGraph(graph, inputDims);
  const byType = countByType(steps, constantSizes(graph));
  const sum = (key: 'flops' | 'multiplyAdds' | 'parameters') =>
    byType.reduce((total, count) => total + count[key], 0);
  return {
    file: graph.file,
    inputs: [...inputDims].map(([name, dims]) => ({ name, dims })),
    convolutionBatches: batchesOf(steps),
    flops: sum('flops'),
    multiplyAdds: sum('multiplyAdds'),
    parameters: sum('parameters'),
    weightBytes: constantsOf(graph).reduce((total, { byteLength }) => total + byteLength, 0),
    peakActivationBytes: peak(graph, steps, inputDims),
    byType,
  };
}

function countByType(
  steps: readonly NodeFacts[],
  sizes: ReadonlyMap<string, number>,
): OperatorCount[] {
  const counts = new Map<string, OperatorCount>();
  const counted = new Set<string>();
  for (const step of steps) {
    const { opType } = step.node;
    const fresh = new Set(step.learned.filter((name) => !counted.has(name)));
    for (const name of fresh) counted.add(name);
    const parameters = [...fresh].reduce((total, name) => total + (sizes.get(name) ?? 0), 0);
    counts.set(opType, added(counts.get(opType), step, parameters));
  }
  return [...counts.values()].sort((a, b) => b.flops - a.flops || (a.opType < b.opType ? -1 : 1));
}

function added(
  before: OperatorCount | undefined,
  { node, cost, outputs }: NodeFacts,
  parameters: number,
): OperatorCount {
  const bytes = outputs.reduce((total, value) => total + valueBytes(value), 0);
  return {
    opType: node.opType,
    nodes: (before?.nodes ?? 0) + 1,
    flops: (before?.flops ?? 0) + 2 * cost.multiplyAdds + cost.single,
    multiplyAdds: (before?.multiplyAdds ?? 0) + cost.multiplyAdds,
    parameters: (before?.parameters ?? 0) + parameters,
    activationBytes: (before?.activationBytes ?? 0) + bytes,
  };
}

/** Initialisers and what Constant nodes hold. */
function constantsOf(graph: OnnxGraph): OnnxTensor[] {
  const held = graph.nodes.flatMap(({ opType, attributes }) => {
    const value = opType === 'Constant' ? attributes.get('value') : undefined;
    return value && 'tensor' in value ? [value.tensor] : [];
  });
  return [...graph.initializers.values(), ...held];
}

function constantSizes(graph: OnnxGraph): Map<string, number> {
  return new Map(constantsOf(graph).map(({ name, dims }) => [name, elementCount(dims)]));
}

function batchesOf(steps: readonly NodeFacts[]): number[] {
  const convolutions = steps.filter(({ node }) => node.opType === 'Conv');
  return [...new Set(convolutions.map(({ outputs }) => outputs[0]?.dims[0] ?? 0))];
}

function peak(
  graph: OnnxGraph,
  steps: readonly NodeFacts[],
  inputDims: ReadonlyMap<string, readonly number[]>,
): number {
  const inputs = graph.inputs.map(({ name, elementType }): [string, number] => [
    name,
    elementCount(inputDims.get(name) ?? []) * elementBytes(elementType),
  ]);
  const outputs = graph.outputs.map(({ name }) => name);
  return peakActivationBytes(steps, new Map(inputs), outputs);
}
