import { describe, expect, it } from 'vitest';
import {
  inBatches,
  toKafkaMessage,
  toSourceMessages,
} from '../../../../../services/ingest/kafka/consume/source-messages.js';
import { header } from '../../messages/a-message.js';

/** What a broker takes in one batch unless it is told otherwise. */
const BROKER_BYTES = 1_048_588;
const sum = (sizes: readonly number[]): number => sizes.reduce((a, b) => a + b, 0);
const batchesOf = (sizes: readonly number[]) => inBatches(sizes, (size) => size);

describe('inBatches', () => {
  it('keeps the order, and leaves nothing out', () => {
    const sizes = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 3000);
    expect(batchesOf(sizes).flat()).toEqual(sizes);
  });

  it('makes no batch that a broker refuses, also of very many that are empty', () => {
    for (const sizes of [
      Array.from({ length: 50_000 }, () => 0),
      [...Array(40).keys()].fill(99_999),
    ])
      for (const batch of batchesOf(sizes))
        expect(sum(batch) + batch.length * 60).toBeLessThan(BROKER_BYTES);
  });

  it('sends a record that is larger than a batch alone', () => {
    expect(batchesOf([10, 2_000_000, 10, 10])).toEqual([[10], [2_000_000], [10, 10]]);
  });

  it('makes none of nothing', () => {
    expect(batchesOf([])).toEqual([]);
  });
});

describe('records on their way out', () => {
  it('keep the values of one header in order, also under names that objects have', () => {
    const names = ['a', '__proto__', 'constructor', 'a', '', '__proto__'];
    const headers = names.map((name, i) => header(name, String(i)));
    const { headers: sent } = toKafkaMessage({ key: null, value: null, headers });
    const [back] = toSourceMessages('t', 0, [
      { key: null, value: null, headers: sent ?? {}, offset: '1', timestamp: '2' } as never,
    ]);
    const texts = back?.headers.map(([name, value]) => `${name}=${String(value)}`).sort();
    expect(texts).toEqual(headers.map(([name, value]) => `${name}=${String(value)}`).sort());
  });

  it('invariant 8: take linear time in the number of headers, whoever sent them', () => {
    const headers = Array.from({ length: 200_000 }, () => header('a', ''));
    const startedMs = performance.now();
    expect(toKafkaMessage({ key: null, value: null, headers }).headers?.['a']).toHaveLength(
      200_000,
    );
    expect(performance.now() - startedMs).toBeLessThan(3000);
  });

  it('keep null apart from empty', () => {
    const empty = Buffer.of();
    expect(toKafkaMessage({ key: null, value: empty, headers: [] })).toEqual({
      key: null,
      value: empty,
      headers: {},
    });
  });
});
