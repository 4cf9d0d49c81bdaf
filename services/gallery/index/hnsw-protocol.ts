import type { GraphOptions } from './hnsw-graph.js';

/** What a thread is asked; `index` is one of several that live in it. */
export type HnswCall =
  | {
      readonly kind: 'create';
      readonly index: number;
      readonly dimension: number;
      readonly options: GraphOptions;
    }
  /** vectors: [labels.length, dimension]. */
  | {
      readonly kind: 'add';
      readonly index: number;
      readonly labels: Uint32Array;
      readonly vectors: Float32Array;
    }
  | { readonly kind: 'remove'; readonly index: number; readonly labels: Uint32Array }
  | {
      readonly kind: 'search';
      readonly index: number;
      readonly vector: Float32Array;
      readonly k: number;
    }
  | { readonly kind: 'drop'; readonly index: number };

export interface HnswRequest {
  readonly id: number;
  readonly call: HnswCall;
}

/** Ends the thread once what was asked before is done: it must not be ended inside a native call. */
export interface HnswClose {
  readonly close: true;
}

/** After a call: how many vectors the index holds, and what a search found, best first. */
export interface HnswAnswer {
  readonly size: number;
  readonly labels: Uint32Array;
  readonly similarities: Float64Array;
}

export type HnswReply =
  | { readonly id: number; readonly answer: HnswAnswer }
  | { readonly id: number; readonly error: string };
