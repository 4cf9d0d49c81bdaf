import type { MessagePort } from 'node:worker_threads';
import type { RgbFrame } from '../core/types.js';
import type { LoadedBundle } from '../models/load.js';
import type { Failure } from './failure.js';
import type { FrameAnalysis } from './port.js';

/** Where a vision worker's networks run. */
export type NetworkPlace =
  /** In the worker itself, on the CPU. */
  | {
      readonly kind: 'local';
      /** Threads that each session of the worker uses. */
      readonly threads: number;
    }
  /** In the device worker at the other end of the port (transferred). */
  | {
      readonly kind: 'device';
      readonly port: MessagePort;
      /** Pictures of this worker that may lie with the device. */
      readonly maxWaiting: number;
    };

/** What a vision worker is started with. */
export interface VisionWorkerData {
  readonly bundle: LoadedBundle;
  readonly networks: NetworkPlace;
}

export interface AnalyseRequest {
  readonly id: number;
  /** Its pixels' buffer is transferred, not copied. */
  readonly frame: RgbFrame;
}

/** Ends the worker once what was asked before is done: a thread must not be ended inside a run. */
export interface CloseRequest {
  readonly close: true;
}

export type VisionRequest = AnalyseRequest | CloseRequest;

export type VisionReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed-to-start'; readonly failure: Failure }
  | { readonly kind: 'analysed'; readonly id: number; readonly analysis: FrameAnalysis }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure };
