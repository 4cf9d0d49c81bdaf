import { describe, expect, it } from 'vitest';
import { fromStruct, toStruct } from '../../../services/wire/metadata.js';
import { fromDuration, toDuration, toTimestamp } from '../../../services/wire/time.js';

describe('times', () => {
  it.each([0, 1, 999.9999999, 1000, 1234.5678, 3_600_000])('%d ms come back', (ms) => {
    const duration = toDuration(ms);
    expect(duration.nanos).toBeGreaterThanOrEqual(0);
    expect(duration.nanos).toBeLessThan(1e9);
    expect(fromDuration(duration, 'timeout')).toBeCloseTo(ms, 5);
  });

  it('are whole seconds and nanoseconds', () => {
    expect(toDuration(1500)).toEqual({ seconds: 1, nanos: 500_000_000 });
    expect(toTimestamp(1_790_000_000_001)).toEqual({ seconds: 1_790_000_000, nanos: 1_000_000 });
  });

  it('are refused below zero and where the nanoseconds are not a part of a second', () => {
    expect(() => fromDuration({ seconds: -1, nanos: 0 }, 'timeout')).toThrow('timeout is -1 s');
    expect(() => fromDuration({ seconds: 0, nanos: 2e9 }, 'timeout')).toThrow('timeout');
  });
});

describe('metadata', () => {
  it('are any JSON, and copied', () => {
    const struct = { a: [1, 'b', null, { c: true }], d: {} };
    const metadata = fromStruct(struct);
    expect(metadata).toEqual(struct);
    expect(toStruct(metadata)).toEqual(struct);
    expect(toStruct(metadata)).not.toBe(metadata);
  });

  it('hold finite numbers only: the message says where', () => {
    expect(() => fromStruct({ a: [{ b: Number.NaN }] })).toThrow('metadata.a[0].b is not');
  });

  it('have at most 16 KiB, and 8 levels', () => {
    const struct = { a: 'é'.repeat(8 * 1024) };
    expect(() => fromStruct(struct, 'identity.metadata')).toThrow(
      'identity.metadata has 16392 bytes of JSON; at most 16384 are allowed.',
    );
    expect(fromStruct({ a: 'x'.repeat(16_000) })).toBeDefined();
    const deep: unknown = JSON.parse('[{"a":'.repeat(5) + '1' + '}]'.repeat(5));
    expect(() => fromStruct({ deep })).toThrow('metadata is more than 8 levels deep');
  });
});
