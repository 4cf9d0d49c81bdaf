import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ClipidError } from '../core/errors.js';

/** A detector graph and the picture size it takes. */
export interface DetectorGraph {
  readonly path: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What the vision worker needs of a bundle, as plain data that crosses to a thread. */
export interface VisionBundle {
  readonly bundleId: string;
  readonly detectors: readonly DetectorGraph[];
  readonly scoreThreshold: number;
  readonly nmsIou: number;
  readonly maxFaces: number;
  readonly landmarks: { readonly path: string; readonly sizePx: number };
  /** [10] x, y of the five points in the aligned face. */
  readonly alignedPointsPx: readonly number[];
  readonly embedder: { readonly path: string; readonly sizePx: number; readonly dimension: number };
  /** [dimension], or null. */
  readonly mean: Float32Array | null;
}

export interface LoadedDetector extends DetectorGraph {
  readonly session: InferenceSession;
}

/** The sessions of one worker. Created once: sessions that come and go leak (onnxruntime 25325). */
export interface Networks {
  /** Fewest pixels first. */
  readonly detectors: readonly LoadedDetector[];
  readonly landmarks: InferenceSession;
  readonly embedder: InferenceSession;
}

/** Throws BUNDLE_INVALID naming the file when a graph cannot be loaded. */
export async function loadNetworks(bundle: VisionBundle, threads: number): Promise<Networks> {
  const detectors = await Promise.all(
    bundle.detectors.map(async (graph) => ({ ...graph, session: await open(graph.path, threads) })),
  );
  return {
    detectors: detectors.sort((a, b) => a.widthPx * a.heightPx - b.widthPx * b.heightPx),
    landmarks: await open(bundle.landmarks.path, threads),
    embedder: await open(bundle.embedder.path, threads),
  };
}

async function open(path: string, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
    });
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new ClipidError('BUNDLE_INVALID', `${path} cannot be loaded as an ONNX graph: ${text}`, {
      field: path,
      cause,
    });
  }
}

/**
 * Runs a graph that takes [batch, height, width, 3] uint8 RGB pixels and gives its outputs by name.
 * Throws MODEL_FAILED.
 */
export async function runPixels(
  session: InferenceSession,
  pixels: Uint8Array,
  shape: readonly [number, number, number, 3],
): Promise<Readonly<Record<string, Float32Array>>> {
  try {
    const outputs = await session.run({ pixels: new Tensor('uint8', pixels, shape) });
    return Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [name, floats(tensor, name)]),
    );
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new ClipidError('MODEL_FAILED', `An inference failed: ${text}`, { cause });
  }
}

function floats(tensor: Tensor, name: string): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data;
  throw new ClipidError('BUNDLE_INVALID', `Output ${name} is ${tensor.type}, not float32.`, {
    field: name,
  });
}

/** One output of a run. Throws BUNDLE_INVALID when the graph does not have it. */
export function output(
  outputs: Readonly<Record<string, Float32Array>>,
  name: string,
): Float32Array {
  const data = outputs[name];
  if (data === undefined)
    throw new ClipidError('BUNDLE_INVALID', `A graph lacks the output ${name}.`, { field: name });
  return data;
}
