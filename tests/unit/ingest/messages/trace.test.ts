import { describe, expect, it } from 'vitest';
import { traceHeaders, traceIdOf, traceOf } from '../../../../services/ingest/messages/trace.js';
import { header, PARENT, TRACE_ID } from './a-message.js';

const parent = header('traceparent', PARENT);

describe('the trace of a message', () => {
  it('is handed on as it came', () => {
    const headers = [parent, header('tracestate', 'congo=t61rcWkgMzE')];
    expect(traceOf(headers)).toEqual({ traceparent: PARENT, tracestate: 'congo=t61rcWkgMzE' });
    expect(traceHeaders({ traceparent: PARENT, tracestate: 'congo=t61rcWkgMzE' })).toEqual(headers);
    expect(traceHeaders({ traceparent: PARENT, tracestate: null })).toEqual([parent]);
  });

  it('is found under a name in any case; of two it is the last', () => {
    const other = PARENT.replace('0af7', '1111');
    const headers = [header('traceparent', other), header('TraceParent', PARENT)];
    expect(traceOf(headers)).toEqual({ traceparent: PARENT, tracestate: null });
  });

  it.each([
    ['', 'nothing'],
    [PARENT.toUpperCase(), 'upper case'],
    [PARENT.replace('00-', '01-'), 'another version'],
    [PARENT.replace('00-', 'ff-'), 'the forbidden version'],
    [`${PARENT}-more`, 'more than there may be'],
    [PARENT.replace(TRACE_ID, '0'.repeat(32)), 'no trace'],
    [PARENT.replace('b7ad6b7169203331', '0'.repeat(16)), 'no parent'],
    [`${PARENT}\n`, 'a line end'],
  ])('is none where the header is %j: %s', (value) => {
    expect(traceOf([header('traceparent', value), header('tracestate', 'a=1')])).toBeNull();
  });

  it('is none without a header or with bytes that are no text', () => {
    expect(traceOf([])).toBeNull();
    expect(traceOf([['traceparent', Buffer.from([0xff, 0xfe])]])).toBeNull();
  });

  it('loses its state alone where that is too long or not printable', () => {
    const stateOf = (value: string) => traceOf([parent, header('tracestate', value)])?.tracestate;
    expect(stateOf('x'.repeat(512))).toHaveLength(512);
    for (const value of ['x'.repeat(513), '', 'a=\n', 'a=é']) expect(stateOf(value)).toBeNull();
  });
});

describe('the id of a trace', () => {
  it('is the 32 digits, or empty', () => {
    expect(traceIdOf(PARENT)).toBe(TRACE_ID);
    expect(traceIdOf(null)).toBe('');
  });
});
