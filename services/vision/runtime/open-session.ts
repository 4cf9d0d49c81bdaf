import { InferenceSession } from 'onnxruntime-node';
import { ClipidError } from '../../core/errors.js';
import { bundleInvalid } from '../../models/invalid.js';
import { manifestField } from './network-checks.js';
import type { NetworkSpec } from './network-runner.js';
import { NO_CPU } from './providers-probe.js';
import { type ChosenProvider, executionProviders } from './providers.js';

export interface NetworkOptions {
  readonly provider: ChosenProvider;
  /** Which of several GPUs; the first is 0. */
  readonly deviceId?: number;
  /** Threads that a run uses on the CPU. */
  readonly threads: number;
}

export interface OpenedSession {
  readonly session: InferenceSession;
  /** Whether every node runs on the provider; some graphs have parts that only the CPU can run. */
  readonly isWholeOnProvider: boolean;
}

/**
 * A session on the graph's file. Throws BUNDLE_INVALID naming the file when it is no graph,
 * MODEL_FAILED when the processor cannot hold it.
 */
export async function openSession(
  spec: NetworkSpec,
  options: NetworkOptions,
): Promise<OpenedSession> {
  const base: InferenceSession.SessionOptions = {
    executionProviders: executionProviders(options.provider, options.deviceId),
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
  };
  if (options.provider === 'cpu')
    return { session: await create(spec, base, options.provider), isWholeOnProvider: true };
  try {
    // A refusal is expected of many graphs: it is not to be logged as an error.
    const strict = { ...base, extra: NO_CPU, logSeverityLevel: 4 } as const;
    return {
      session: await InferenceSession.create(spec.path, strict),
      isWholeOnProvider: true,
    };
  } catch {
    // That some nodes are on the CPU is told with the provider's reason; the library need not warn.
    const quiet = { ...base, logSeverityLevel: 3 } as const;
    return { session: await create(spec, quiet, options.provider), isWholeOnProvider: false };
  }
}

async function create(
  spec: NetworkSpec,
  options: InferenceSession.SessionOptions,
  provider: ChosenProvider,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(spec.path, options);
  } catch (cause) {
    const text = messageOf(cause);
    if (isOfTheDevice(text))
      throw new ClipidError(
        'MODEL_FAILED',
        `${spec.name} cannot be opened on ${provider}: ${text}`,
        { cause },
      );
    const problem = `cannot be loaded as an ONNX graph: ${text}`;
    const remedy = 'Restore the file, or have it made again.';
    throw bundleInvalid(spec.path, manifestField(spec), problem, remedy, cause);
  }
}

/** The processor's fault, not the file's. */
function isOfTheDevice(text: string): boolean {
  return /out of memory|failed to allocate|bad_alloc|CUDA failure|CUDNN|device (was )?lost/i.test(
    text,
  );
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
