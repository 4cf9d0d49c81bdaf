import type { SourceMessage } from '../../core/source-message.js';
import type * as pb from '../../gen/clipid/v1/tracks.js';
import type { Timestamp } from '../../gen/google/protobuf/timestamp.js';

const NANOS_PER_MS = 1e6;

/** A message byte for byte, for the other stage. */
export function toSource(message: SourceMessage): pb.SourceMessage {
  const { topic, partition, offset, key, value, headers } = message;
  return {
    ...{ topic, partition, offset },
    timestamp: toAnyTime(message.timestampMs),
    key: key === null ? undefined : Buffer.from(key),
    value: value === null ? undefined : Buffer.from(value),
    headers: headers.map(([name, bytes]) => ({ name, value: Buffer.from(bytes) })),
  };
}

export function fromSource(source: pb.SourceMessage): SourceMessage {
  const { topic, partition, offset, timestamp, key, value, headers } = source;
  return {
    ...{ topic, partition, offset },
    timestampMs: timestamp === undefined ? 0 : fromAnyTime(timestamp),
    key: key ?? null,
    value: value ?? null,
    headers: headers.map((header) => [header.name, header.value] as const),
  };
}

/** A producer may write any time, also one before 1970; what no number counts exactly is cut. */
function toAnyTime(ms: number): Timestamp {
  const most = Number.MAX_SAFE_INTEGER;
  const exact = Math.max(-most, Math.min(most, ms));
  const seconds = Math.floor(exact / 1000);
  return { seconds, nanos: Math.round((exact - seconds * 1000) * NANOS_PER_MS) };
}

function fromAnyTime({ seconds, nanos }: Timestamp): number {
  return seconds * 1000 + nanos / NANOS_PER_MS;
}
