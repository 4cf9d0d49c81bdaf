/** Name and value; a name may come more than once. */
export type MessageHeader = readonly [name: string, value: Uint8Array];

/** A message as it came from a topic, byte for byte: what a dead letter gives back. */
export interface SourceMessage {
  readonly topic: string;
  readonly partition: number;
  /** Below 2^53: no partition lives that long. */
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly MessageHeader[];
}

/** The trace that something belongs to (W3C Trace Context): handed on, never read. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate: string | null;
}
