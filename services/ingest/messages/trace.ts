import type { MessageHeader, TraceContext } from '../../core/source-message.js';
import { lastHeader, textHeader, textOf } from './headers.js';

/** Version 00 of W3C Trace Context: trace id, parent id, flags; neither id is zero. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** At most 512 printable characters. */
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;

/**
 * The trace that a message belongs to; null where it has none or none that can be read: a trace is
 * never made up. A tracestate that is too long or not text is dropped alone.
 */
export function traceOf(headers: readonly MessageHeader[]): TraceContext | null {
  const traceparent = matching(headers, 'traceparent', TRACEPARENT);
  if (traceparent === null) return null;
  return { traceparent, tracestate: matching(headers, 'tracestate', TRACESTATE) };
}

/** The headers that hand a trace on. */
export function traceHeaders({ traceparent, tracestate }: TraceContext): MessageHeader[] {
  const parent = textHeader('traceparent', traceparent);
  return tracestate === null ? [parent] : [parent, textHeader('tracestate', tracestate)];
}

/** The trace's id, 32 hexadecimal digits; empty where there is no trace. */
export function traceIdOf(traceparent: string | null): string {
  return traceparent?.split('-')[1] ?? '';
}

function matching(headers: readonly MessageHeader[], name: string, rule: RegExp): string | null {
  const text = textOf(lastHeader(headers, name) ?? new Uint8Array(0));
  return text !== undefined && rule.test(text) ? text : null;
}
