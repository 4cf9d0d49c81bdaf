import { concatenate } from '../onnx/channels.js';
import { type Kernel, foldAfter } from '../onnx/fold.js';
import type { GraphBuilder } from '../onnx/graph-builder.js';
import { type FeatureMap, convolution, pool, relu } from '../onnx/layers.js';
import type { Parameters } from '../parameters.js';
import {
  type Branch,
  type Branches,
  CONV_EPSILON,
  type ConvLayer,
  MAX_POOL,
} from './architecture.js';
import { takeBatchNorm } from './batch-norm.js';
import { channelsAt } from './shape.js';

/** What the parts of one PolyFace share while it is built. */
export interface Network {
  readonly graph: GraphBuilder;
  readonly parameters: Parameters;
  /** Factor of the paper's channel counts. */
  readonly width: number;
}

type AdaptKernel = (kernel: Kernel) => Kernel;
const unchanged: AdaptKernel = (kernel) => kernel;

/**
 * `layers` one after the other; their names are `name` with their numbers. `adaptFirst` changes the
 * first one's kernel.
 */
export function sequence(
  network: Network,
  input: FeatureMap,
  name: string,
  layers: readonly ConvLayer[],
  adaptFirst: AdaptKernel = unchanged,
): FeatureMap {
  return layers.reduce((map, layer, i) => {
    const adapt = i === 0 ? adaptFirst : unchanged;
    return convLayer(network, map, `${name}.${i}`, layer, adapt);
  }, input);
}

/** Every branch of the same map, side by side. */
export function branches(
  network: Network,
  input: FeatureMap,
  name: string,
  sides: Branches,
): FeatureMap {
  const maps = sides.map((side, i) => branch(network, input, `${name}.branch${i}`, side));
  return concatenate(network.graph, maps);
}

/** The convolution `name` without its bias; the authors' layout is ONNX's. */
export function takeKernel(
  parameters: Parameters,
  name: string,
  dims: readonly [outputs: number, inputs: number, rows: number, columns: number],
): Kernel {
  const weights = parameters.take(`${name}.weight`, dims);
  return { weights, bias: new Float32Array(dims[0]), groups: 1 };
}

/** Convolution, batch norm (folded in) and ReLU. */
function convLayer(
  { graph, parameters, width }: Network,
  input: FeatureMap,
  name: string,
  { kernel, outputs, stride, padding }: ConvLayer,
  adapt: AdaptKernel = unchanged,
): FeatureMap {
  const [rows = 0, columns = 0] = kernel.split('x').map(Number);
  const channels = channelsAt(width, outputs);
  const own = takeKernel(parameters, `${name}.conv`, [channels, input.channels, rows, columns]);
  const norm = takeBatchNorm(parameters, `${name}.bn`, channels, CONV_EPSILON);
  const folded = foldAfter(adapt(own), norm);
  return relu(graph, convolution(graph, input, name, folded, { stride, padding }));
}

function branch(network: Network, input: FeatureMap, name: string, side: Branch): FeatureMap {
  if (side === MAX_POOL) return pool(network.graph, 'MaxPool', input, 3, 2, 'ceil');
  return 'kernel' in side
    ? convLayer(network, input, name, side)
    : sequence(network, input, name, side);
}
