import type { LoadedBundle } from '../../models/load.js';
import type { PixelInput } from '../../models/manifest.js';

/** One network of a bundle, by its part: `detector.0` is the manifest's first detector graph. */
export type NetworkName = `detector.${number}` | 'landmarks' | 'embedder' | 'quality';

/** What is needed to open a network and to talk to it. */
export interface NetworkSpec {
  readonly name: NetworkName;
  /** Absolute path of its ONNX file. */
  readonly path: string;
  /** Of the same network in 8 bits, for CPUs; null where there is none. */
  readonly int8Path: string | null;
  readonly input: PixelInput;
  readonly widthPx: number;
  readonly heightPx: number;
  /** In the order that they are returned in; null for all, in the graph's own order. */
  readonly outputNames: readonly string[] | null;
}

/** Pixels or numbers of one or more pictures, one after the other, as the spec's input says. */
export type NetworkInput = Uint8Array | Float32Array;

export interface NetworkOutput {
  /** The first is the count of pictures. */
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/**
 * Runs the networks of one bundle. The stages of the analysis know nothing of sessions, providers or
 * batches: those are behind this.
 */
export interface NetworkRunner {
  /**
   * input: `count` pictures, count >= 1. The array is taken over and may be transferred: do not touch
   * it again. Throws MODEL_FAILED, BUNDLE_INVALID.
   */
  run(network: NetworkName, input: NetworkInput, count: number): Promise<readonly NetworkOutput[]>;
}

/** Every network of a bundle. */
export function networkSpecs({ manifest, paths }: LoadedBundle): NetworkSpec[] {
  const { detector, landmarks, embedder, quality } = manifest;
  const specs: NetworkSpec[] = detector.graphs.map((graph, i) => ({
    name: `detector.${i}`,
    path: paths.detectors[i] ?? '',
    int8Path: paths.detectorsInt8[i] ?? null,
    input: detector.input,
    widthPx: graph.inputWidthPx,
    heightPx: graph.inputHeightPx,
    outputNames: detector.outputNames ?? null,
  }));
  if (landmarks) specs.push(squareSpec('landmarks', landmarks, paths.landmarks));
  specs.push(squareSpec('embedder', embedder, paths.embedder, paths.embedderInt8));
  if (quality.kind === 'network') specs.push(squareSpec('quality', quality, paths.quality));
  return specs;
}

/** The spec with the file that this processor runs. */
export function specFor(spec: NetworkSpec, provider: string): NetworkSpec {
  return provider === 'cpu' && spec.int8Path !== null ? { ...spec, path: spec.int8Path } : spec;
}

interface SquarePart {
  readonly input: PixelInput;
  readonly inputSizePx: number;
  readonly outputName?: string | undefined;
}

function squareSpec(
  name: NetworkName,
  { input, inputSizePx, outputName }: SquarePart,
  path: string | null,
  int8Path: string | null = null,
): NetworkSpec {
  return {
    ...{ name, path: path ?? '', int8Path, input },
    widthPx: inputSizePx,
    heightPx: inputSizePx,
    outputNames: outputName === undefined ? null : [outputName],
  };
}
