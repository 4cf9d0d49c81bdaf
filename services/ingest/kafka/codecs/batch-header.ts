/** What the header of a record batch (Kafka's message format 2) says of its records. */
export interface BatchHeader {
  readonly recordCount: number;
  /** The last record's offset, counted from the first one's. */
  readonly lastOffsetDelta: number;
}

/** Header before the records; places are counted from its start. */
const HEADER_BYTES = 61;
const LENGTH_AT = 8;
/** The length counts what comes behind it. */
const LENGTH_BEHIND = 12;
const MAGIC_AT = 16;
const MAGIC = 2;
const LAST_DELTA_AT = 23;
const COUNT_AT = 57;

/**
 * The header in front of compressed records. kafkajs hands a codec the records alone, but as a piece
 * of the fetched bytes, so the header lies before them in the same memory. Undefined where what lies
 * there does not fit (an older message format, a newer kafkajs).
 */
export function headerBefore(compressed: Buffer): BatchHeader | undefined {
  const start = compressed.byteOffset - HEADER_BYTES;
  if (start < 0) return undefined;
  const header = Buffer.from(compressed.buffer, start, HEADER_BYTES);
  const length = HEADER_BYTES - LENGTH_BEHIND + compressed.length;
  if (header[MAGIC_AT] !== MAGIC || header.readInt32BE(LENGTH_AT) !== length) return undefined;
  return {
    recordCount: header.readInt32BE(COUNT_AT),
    lastOffsetDelta: header.readInt32BE(LAST_DELTA_AT),
  };
}
