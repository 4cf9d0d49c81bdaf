import { GraphBuilder } from '../../../../services/models/onnx/graph-builder.js';
import { elementCount } from '../../../../services/models/onnx/tensor.js';

interface ConvSpec {
  readonly outputs: number;
  readonly side: number;
  readonly stride?: number;
  readonly depthwise?: boolean;
}

/** Published classifiers as graphs of zeros: one input x [N, 3, 224, 224], batch norm not folded. */
class Classifier {
  readonly #graph: GraphBuilder;
  readonly #zeros = new Float32Array(3_000_000);
  #value: string;
  #channels = 3;

  constructor(name: string) {
    this.#graph = new GraphBuilder(name);
    this.#value = this.#graph.input('x', 'float32', ['N', 3, 224, 224]);
  }

  get at(): { readonly value: string; readonly channels: number } {
    return { value: this.#value, channels: this.#channels };
  }

  goTo({ value, channels }: { value: string; channels: number }): void {
    this.#value = value;
    this.#channels = channels;
  }

  convNorm({ outputs, side, stride = 1, depthwise = false }: ConvSpec): void {
    const pad = (side - 1) / 2;
    const weights = this.#constant([outputs, depthwise ? 1 : this.#channels, side, side]);
    const mapped = this.#graph.node('Conv', [this.#value, weights], {
      strides: { ints: [stride, stride] },
      pads: { ints: [pad, pad, pad, pad] },
      group: { int: depthwise ? outputs : 1 },
    });
    const norm = Array.from({ length: 4 }, () => this.#constant([outputs]));
    this.#value = this.#graph.node('BatchNormalization', [mapped, ...norm]);
    this.#channels = outputs;
  }

  relu(): void {
    this.#value = this.#graph.node('Relu', [this.#value]);
  }

  maxPool(): void {
    this.#value = this.#graph.node('MaxPool', [this.#value], {
      kernel_shape: { ints: [3, 3] },
      strides: { ints: [2, 2] },
      pads: { ints: [1, 1, 1, 1] },
    });
  }

  add(other: string): void {
    this.#value = this.#graph.node('Add', [this.#value, other]);
  }

  toBytes(classes: number): Uint8Array {
    const mean = this.#graph.node('GlobalAveragePool', [this.#value]);
    const flat = this.#graph.node('Flatten', [mean]);
    const constants = [this.#constant([this.#channels, classes]), this.#constant([classes])];
    const scores = this.#graph.node('Gemm', [flat, ...constants]);
    this.#graph.output('y', scores, 'float32', ['N', classes]);
    return this.#graph.toBytes();
  }

  #count = 0;
  #constant(dims: number[]): string {
    const values = this.#zeros.subarray(0, elementCount(dims));
    return this.#graph.floats(`c${this.#count++}`, { dims, values });
  }
}

/** He et al., 2015, with the stride in the 3 x 3 convolution, as torchvision has it. */
export function resNet50(): Uint8Array {
  const net = new Classifier('resnet50');
  net.convNorm({ outputs: 64, side: 7, stride: 2 });
  net.relu();
  net.maxPool();
  [3, 4, 6, 3].forEach((blocks, stage) => {
    for (let i = 0; i < blocks; i++) {
      bottleneck(net, 64 * 2 ** stage, i === 0 && stage > 0 ? 2 : 1, i === 0);
    }
  });
  return net.toBytes(1000);
}

function bottleneck(net: Classifier, width: number, stride: number, projected: boolean): void {
  const input = net.at;
  net.convNorm({ outputs: width, side: 1 });
  net.relu();
  net.convNorm({ outputs: width, side: 3, stride });
  net.relu();
  net.convNorm({ outputs: width * 4, side: 1 });
  const main = net.at;
  net.goTo(input);
  if (projected) net.convNorm({ outputs: width * 4, side: 1, stride });
  const shortcut = net.at;
  net.goTo(main);
  net.add(shortcut.value);
  net.relu();
}

/** Howard et al., 2017: MobileNet 1.0 at 224. */
export function mobileNetV1(): Uint8Array {
  const net = new Classifier('mobilenet-v1');
  net.convNorm({ outputs: 32, side: 3, stride: 2 });
  net.relu();
  const pairs = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];
  pairs.forEach((outputs, i) => {
    const stride = [1, 3, 5, 11].includes(i) ? 2 : 1;
    net.convNorm({ outputs: net.at.channels, side: 3, stride, depthwise: true });
    net.relu();
    net.convNorm({ outputs, side: 1 });
    net.relu();
  });
  return net.toBytes(1000);
}
