import type { LoadedBundle } from '../../models/load.js';
import { type BatchRules, DEFAULT_BATCH_RULES } from '../device/batch-plan.js';
import type { BatchReport } from '../device/device-protocol.js';
import { DevicesSource } from '../device/device-source.js';
import { LocalSource, type NetworkSource } from './network-source.js';
import type { Provider } from './providers.js';

export interface SourceOptions {
  readonly workers: number;
  /** Of every session, on the CPU. */
  readonly threadsPerWorker: number;
  /** What the networks run on; the CPU when left out. */
  readonly provider?: Provider;
  /** The GPUs that are used, each with one thread and one session a network; the first one when left out. */
  readonly deviceIds?: readonly number[];
  readonly batch?: Partial<BatchRules>;
  /** Whether the CPU too is shared by a device worker instead of sessions in every vision worker. */
  readonly sharedCpu?: boolean;
  /** Told of every run on a device. */
  readonly onBatch?: (report: BatchReport) => void;
}

/**
 * Chooses what the networks run on and starts what all vision workers share of it. Throws TOOL_MISSING
 * when the provider that was asked for cannot be had, BUNDLE_INVALID, MODEL_FAILED.
 */
export async function startSource(
  bundle: LoadedBundle,
  options: SourceOptions,
): Promise<NetworkSource> {
  const { provider = 'cpu', threadsPerWorker: threads, sharedCpu = false } = options;
  const asked = { provider: 'cpu', reason: 'asked for' } as const;
  if (provider === 'cpu' && !sharedCpu) return new LocalSource(bundle, threads, asked);
  const devices = await DevicesSource.start(
    {
      bundle,
      provider,
      threads,
      callers: options.workers,
      batch: { ...DEFAULT_BATCH_RULES, ...options.batch },
      takesCpu: sharedCpu,
      onBatch: options.onBatch ?? (() => undefined),
    },
    options.deviceIds ?? [0],
  );
  if (devices.choice.provider !== 'cpu' || sharedCpu) return devices;
  await devices.close();
  return new LocalSource(bundle, threads, devices.choice);
}
