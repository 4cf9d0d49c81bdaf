import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ClipidError } from '../core/errors.js';
import type { LoadedBundle } from '../models/load.js';

/** The sessions of one worker. Created once: sessions that come and go leak (onnxruntime 25325). */
export interface Networks {
  /** In the order of the manifest's detector graphs. */
  readonly detectors: readonly InferenceSession[];
  readonly landmarks: InferenceSession;
  readonly embedder: InferenceSession;
}

/** Throws BUNDLE_INVALID naming the file when a graph cannot be loaded. */
export async function loadNetworks({ paths }: LoadedBundle, threads: number): Promise<Networks> {
  return {
    detectors: await Promise.all(paths.detectors.map((path) => open(path, threads))),
    landmarks: await open(paths.landmarks, threads),
    embedder: await open(paths.embedder, threads),
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
 * Runs a graph that takes [batch, height, width, 3] uint8 RGB pixels and returns its output `name`.
 * Throws MODEL_FAILED, and BUNDLE_INVALID when the graph has no such float32 output.
 */
export async function runPixels<Name extends string>(
  session: InferenceSession,
  pixels: Uint8Array,
  shape: readonly [number, number, number, 3],
  names: readonly Name[],
): Promise<Record<Name, Float32Array>> {
  const outputs = await run(session, new Tensor('uint8', pixels, shape));
  const floats = names.map((name) => [name, floatOutput(outputs[name], name)] as const);
  return Object.fromEntries(floats) as Record<Name, Float32Array>;
}

async function run(
  session: InferenceSession,
  pixels: Tensor,
): Promise<InferenceSession.OnnxValueMapType> {
  try {
    return await session.run({ pixels });
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new ClipidError('MODEL_FAILED', `An inference failed: ${text}`, { cause });
  }
}

function floatOutput(value: Tensor | undefined, name: string): Float32Array {
  if (value?.data instanceof Float32Array) return value.data;
  const found = value === undefined ? 'is missing' : `is ${value.type}`;
  throw new ClipidError(
    'BUNDLE_INVALID',
    `Output ${name} of a graph ${found}; float32 is needed.`,
    {
      field: name,
    },
  );
}
