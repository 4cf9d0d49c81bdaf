import { createRequire } from 'node:module';
import kafkajs, { type KafkaMessage } from 'kafkajs';

const load = createRequire(import.meta.url);
const Decoder = load('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => object;
const decodeFetched = load('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js') as (
  decoder: object,
) => Promise<KafkaMessage[]>;

const { GZIP, Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;
export const TYPES = { gzip: GZIP, snappy: Snappy, lz4: LZ4, zstd: ZSTD } as const;

export interface BatchOf {
  readonly type: kafkajs.CompressionTypes;
  readonly firstOffset: number;
  readonly count: number;
  readonly compressed: Buffer;
  readonly lastOffsetDelta?: number;
}

/** A record batch of message format 2 as a broker stores it. Its checksum is 0: kafkajs looks at none. */
export function batch(of: BatchOf): Buffer {
  const { type, firstOffset, count, compressed, lastOffsetDelta = count - 1 } = of;
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(BigInt(firstOffset), 0);
  header.writeInt32BE(49 + compressed.length, 8);
  header.writeInt8(2, 16);
  header.writeInt16BE(type, 21);
  header.writeInt32BE(lastOffsetDelta, 23);
  header.writeBigInt64BE(-1n, 43);
  header.writeInt32BE(count, 57);
  return Buffer.concat([header, compressed]);
}

/** Records without key and headers, one a value: all below 64 bytes, as lengths are one byte here. */
export function records(values: readonly string[]): Buffer {
  const all = values.map((value, i) => {
    const body = Buffer.concat([
      Buffer.from([0, 0, i * 2, 1, value.length * 2]),
      Buffer.from(value),
      Buffer.from([0]),
    ]);
    return Buffer.concat([Buffer.from([body.length * 2]), body]);
  });
  return Buffer.concat(all);
}

/** What kafkajs makes of the batches that a broker answered with. */
export function decoded(batches: readonly Buffer[]): Promise<KafkaMessage[]> {
  const bytes = Buffer.concat(batches);
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return decodeFetched(
    new Decoder(Buffer.concat([Buffer.alloc(5000), length, bytes]).subarray(5000)),
  );
}
