import { endianness } from 'node:os';
import { z } from 'zod';
import type { FprEstimate } from '../../core/calibration.js';
import { ClipidError } from '../../core/errors.js';
import type { MessageHeader } from '../../core/source-message.js';
import type { Json, Metadata, Sampling, TrackFace } from '../../core/types.js';

/** A TEXT column that holds JSON of a known form. */
export function jsonColumn<T>(schema: z.ZodType<T>) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue('not JSON');
        return z.NEVER;
      }
    })
    .pipe(schema);
}

export const metadataColumn = jsonColumn<Metadata>(z.record(z.string(), z.custom<Json>()));

export const samplingColumn = jsonColumn<Sampling>(
  z.object({
    framesPerSecond: z.number(),
    startMs: z.exactOptional(z.number()),
    endMs: z.exactOptional(z.number()),
  }),
);

export const stringsColumn = jsonColumn(z.array(z.string()));

export const faceSchema: z.ZodType<TrackFace> = z.object({
  timestampMs: z.number(),
  box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  detectionScore: z.number(),
  quality: z.number(),
  weight: z.number(),
});

export const estimateColumn = jsonColumn<FprEstimate>(
  z.object({ value: z.number(), low: z.number(), high: z.number(), isFitted: z.boolean() }),
);

/** Headers of a message: names with values in base64, since a value may be any bytes. */
export const headersColumn = jsonColumn(
  z.array(
    z
      .tuple([z.string(), z.base64()])
      .transform(([name, value]): MessageHeader => [name, Buffer.from(value, 'base64')]),
  ),
);

export function headersToColumn(headers: readonly MessageHeader[]): string {
  return JSON.stringify(
    headers.map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  );
}

export const countColumn = z.object({ count: z.number() });

/** A BLOB column; what SQLite hands out. */
export const blobColumn = z.instanceof(Uint8Array);

const isBigEndian = endianness() === 'BE';

/** [n] float32 as 4n bytes, little endian whatever the machine: data folders can be moved. */
export function vectorToBlob(vector: Float32Array): Buffer {
  const bytes = Buffer.from(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
  return isBigEndian ? bytes.swap32() : bytes;
}

/** Bytes as [length / 4] float32, in memory of its own. Throws STORE_FAILED for another size. */
export function blobToVector(blob: Uint8Array, length: number): Float32Array {
  if (blob.byteLength !== length * 4) {
    throw new ClipidError(
      'STORE_FAILED',
      `The database holds a vector of ${blob.byteLength} bytes where ${length * 4} were written: restore a backup.`,
    );
  }
  const bytes = new Uint8Array(blob);
  if (isBigEndian) Buffer.from(bytes.buffer).swap32();
  return new Float32Array(bytes.buffer);
}

/** The number of rows of one page. A negative LIMIT would mean all rows to SQLite. */
export function checkedLimit(limit: number): number {
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  throw new ClipidError('FIELD_INVALID', `A page must have at least 1 row, not ${limit}.`, {
    field: 'limit',
  });
}
