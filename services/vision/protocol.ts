import type { RgbFrame } from '../core/types.js';
import type { LoadedBundle } from '../models/load.js';
import type { FrameAnalysis } from './port.js';

/** What a vision worker is started with. */
export interface VisionWorkerData {
  readonly bundle: LoadedBundle;
  /** Threads that each session of the worker uses. */
  readonly threads: number;
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
  | { readonly kind: 'failed-to-start'; readonly code: string; readonly message: string }
  | { readonly kind: 'analysed'; readonly id: number; readonly analysis: FrameAnalysis }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly code: string;
      readonly message: string;
    };
