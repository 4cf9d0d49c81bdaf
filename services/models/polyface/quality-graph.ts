import { globalAverage, scaleAndShift, sharedPrelu } from '../onnx/channels.js';
import { type Kernel, foldAfter, reorderInputs } from '../onnx/fold.js';
import { GraphBuilder, type Precision } from '../onnx/graph-builder.js';
import { type FeatureMap, add, convolution } from '../onnx/layers.js';
import { halfPadding } from '../onnx/padding.js';
import type { Parameters } from '../parameters.js';
import { takeBatchNorm } from './batch-norm.js';
import { FACE_PX, RGB_OF_BGR, faceInput } from './face-input.js';
import { takeKernel } from './network.js';

export const QUALITY_OUTPUT = 'quality';
const EPSILON = 2e-5;
const FIRST_CHANNELS = 8;
/** Channels of the four stages; the first block of each halves the map: 112, 56, 28, 14, 7. */
const STAGES = [8, 16, 32, 48] as const;
const BLOCKS_PER_STAGE = 2;

type Net = Readonly<{ graph: GraphBuilder; parameters: Parameters }>;

/**
 * The quality net of QAN++, with its preprocessing. input `pixels`: uint8 [N, 112, 112, 3] RGB,
 * aligned faces; output `quality`: float32 [N, 1], any real number, the higher the better.
 * `parameters` have the authors' names, and are closed. Throws BUNDLE_INVALID for parameters that do
 * not fit the architecture or float16.
 */
export function buildQualityNet(
  parameters: Parameters,
  { precision }: { readonly precision: Precision },
): Uint8Array {
  const graph = new GraphBuilder('quality-net', precision);
  const net = { graph, parameters };
  const faces = faceInput(graph, FACE_PX);
  let map = firstLayer(net, { ...faces, name: graph.toPrecision(faces.name) });
  STAGES.forEach((channels, stage) => {
    for (let i = 0; i < BLOCKS_PER_STAGE; i++) {
      map = block(net, map, `layer${stage + 1}.${i}`, channels, i === 0 ? 2 : 1);
    }
  });
  const quality = graph.toFloat32(score(net, map));
  parameters.close();
  graph.output(QUALITY_OUTPUT, quality, 'float32', ['N', 1]);
  return graph.toBytes();
}

function firstLayer(net: Net, faces: FeatureMap): FeatureMap {
  const own = takeKernel(net.parameters, 'group1.conv1', [FIRST_CHANNELS, 3, 3, 3]);
  // The authors' kernel reads blue first; our planes are red first.
  const kernel = foldNorm(net, 'group1.bn1', reorderInputs(own, RGB_OF_BGR));
  const options = { stride: 1, padding: halfPadding };
  const map = convolution(net.graph, faces, 'group1.conv1', kernel, options);
  return prelu(net, map, 'group1.act1');
}

/** PReLU(shortcut(x) + norm(conv(PReLU(norm(conv(norm(x))))))); `stride` is the second convolution's. */
function block(
  net: Net,
  input: FeatureMap,
  name: string,
  channels: number,
  stride: 1 | 2,
): FeatureMap {
  const group = `${name}.group1`;
  // Not folded into the kernel behind it: that one's padding is zero after this norm, not before.
  const norm = takeBatchNorm(net.parameters, `${group}.bn1`, input.channels, EPSILON);
  const normed = scaleAndShift(net.graph, input, `${group}.bn1`, norm);
  const conv = (map: FeatureMap, i: 1 | 2, step: number) =>
    normedConv(net, map, [`${group}.conv${i}`, `${group}.bn${i + 1}`], channels, 3, step);
  const middle = prelu(net, conv(normed, 1, 1), `${group}.act1`);
  const residual = conv(middle, 2, stride);
  const shortcut =
    stride === 1 && input.channels === channels
      ? input
      : normedConv(net, input, downsample(name), channels, 1, stride);
  return prelu(net, add(net.graph, residual, shortcut), `${name}.act2`);
}

function downsample(name: string): [string, string] {
  return [`${name}.downsample.0`, `${name}.downsample.1`];
}

/** A convolution and the batch norm behind it, by their names; the padding is half the kernel. */
function normedConv(
  net: Net,
  input: FeatureMap,
  [conv, norm]: readonly [string, string],
  channels: number,
  side: 1 | 3,
  stride: number,
): FeatureMap {
  const own = takeKernel(net.parameters, conv, [channels, input.channels, side, side]);
  const options = { stride, padding: halfPadding };
  return convolution(net.graph, input, conv, foldNorm(net, norm, own), options);
}

function foldNorm({ parameters }: Net, name: string, kernel: Kernel): Kernel {
  return foldAfter(kernel, takeBatchNorm(parameters, name, kernel.bias.length, EPSILON));
}

function prelu({ graph, parameters }: Net, input: FeatureMap, name: string): FeatureMap {
  return sharedPrelu(graph, input, name, parameters.take(`${name}.weight`, [1]).values);
}

/** The mean of every channel, and their weighted sum: [N, 1]. */
function score({ graph, parameters }: Net, map: FeatureMap): string {
  const kernel = takeKernel(parameters, 'fc1.1', [1, map.channels, 1, 1]);
  const options = { stride: 1, padding: halfPadding };
  const sum = convolution(graph, globalAverage(graph, map), 'fc1.1', kernel, options);
  return graph.node('Flatten', [sum.name], { axis: { int: 1 } });
}
