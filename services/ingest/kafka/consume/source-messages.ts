import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import type { MessageHeader, SourceMessage } from '../../../core/source-message.js';
import { headersOf } from '../linear-headers.js';

const BATCH_BYTES = 640 * 1024;
const RECORD_OVERHEAD_BYTES = 64;

/** kafkajs's messages as ours: here its types stop. */
export function toSourceMessages(
  topic: string,
  partition: number,
  messages: readonly KafkaMessage[],
): SourceMessage[] {
  return messages.map(({ offset, timestamp, key, value, headers }) => ({
    topic,
    partition,
    offset: Number(offset),
    timestampMs: Number(timestamp),
    key,
    value,
    headers: headersOf(headers),
  }));
}

/** A record of ours for sending. */
export function toKafkaMessage(record: {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly MessageHeader[];
}): Message {
  const { key, value, headers } = record;
  return {
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: fromHeaders(headers),
  };
}

/**
 * Runs of records that go out in one batch each: a broker refuses a batch above its limit (1 MiB unless
 * told otherwise), so many small records must not be one. A record larger than that goes alone.
 */
export function inBatches<T>(records: readonly T[], sizeOf: (record: T) => number): T[][] {
  const batches: T[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    bytes += sizeOf(record) + RECORD_OVERHEAD_BYTES;
    if (bytes > BATCH_BYTES) {
      batches.push([]);
      bytes = sizeOf(record) + RECORD_OVERHEAD_BYTES;
    }
    batches.at(-1)?.push(record);
  }
  return batches;
}

function fromHeaders(headers: readonly MessageHeader[]): IHeaders {
  const gathered = new Map<string, Buffer[]>();
  for (const [name, value] of headers) {
    const values = gathered.get(name) ?? [];
    values.push(Buffer.from(value));
    gathered.set(name, values);
  }
  return Object.fromEntries(gathered);
}
