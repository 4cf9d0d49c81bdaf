import type { MessagePort } from 'node:worker_threads';
import type { LoadedBundle } from '../../models/load.js';
import type { BatchRules } from './batch-plan.js';
import type { Failure } from '../failure.js';
import type { NetworkInput, NetworkName, NetworkOutput } from '../runtime/network-runner.js';
import type { Provider, ProviderChoice } from '../runtime/providers.js';

/** What a device worker, the thread that owns one processor's sessions, is started with. */
export interface DeviceWorkerData {
  readonly bundle: LoadedBundle;
  readonly provider: Provider;
  readonly deviceId: number;
  /** Threads that each session uses on the CPU. */
  readonly threads: number;
  readonly batch: BatchRules;
  /** With `auto` that finds the CPU alone, whether to open the networks all the same. */
  readonly takesCpu: boolean;
}

/** From the main thread: a vision worker's port to answer on, or the end. */
export type DeviceRequest =
  { readonly kind: 'connect'; readonly port: MessagePort } | { readonly kind: 'close' };

/** One run, for metrics. */
export interface BatchReport {
  readonly network: NetworkName;
  /** Pictures in it, blank ones included. */
  readonly size: number;
  readonly blank: number;
  /** Of its oldest picture, in milliseconds. */
  readonly waitedMs: number;
}

/** To the main thread. */
export type DeviceReply =
  | { readonly kind: 'ready'; readonly choice: ProviderChoice }
  | { readonly kind: 'failed-to-start'; readonly failure: Failure }
  | { readonly kind: 'batch'; readonly report: BatchReport };

/** From a vision worker, over its port; the buffer is transferred. */
export interface RunRequest {
  readonly id: number;
  readonly network: NetworkName;
  readonly input: NetworkInput;
  readonly count: number;
}

/** To a vision worker; the buffers are transferred. */
export type RunReply =
  | { readonly kind: 'ran'; readonly id: number; readonly outputs: readonly NetworkOutput[] }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure };
