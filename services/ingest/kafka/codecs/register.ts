import kafkajs from 'kafkajs';
import { ClipidError } from '../../../core/errors.js';
import { bounded } from './bounded.js';
import type { Decompress } from './faults.js';
import { compressGzip, decompressGzip } from './gzip.js';
import { decompressLz4 } from './lz4.js';
import { decompressSnappy } from './snappy.js';
import { decompressZstd } from './zstd.js';

/** What kafkajs gives to a codec: the records behind each other. */
interface Encoder {
  readonly buffer: Buffer;
}

interface Codec {
  compress(encoder: Encoder): Promise<Buffer>;
  decompress(compressed: Buffer): Promise<Buffer>;
}

/**
 * Teaches kafkajs to read every compression that Kafka has; gzip replaces its own, which knows no
 * bounds. clipid writes gzip or nothing. Doing it again changes nothing.
 */
export function registerCodecs(): void {
  const { GZIP, Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;
  const codecs = kafkajs.CompressionCodecs;
  codecs[GZIP] = always('gzip', decompressGzip, ({ buffer }) => compressGzip(buffer));
  codecs[Snappy] = always('snappy', decompressSnappy);
  codecs[LZ4] = always('lz4', decompressLz4);
  codecs[ZSTD] = always('zstd', decompressZstd);
}

function always(
  kind: string,
  decompress: Decompress,
  compress: Codec['compress'] = () => Promise.reject(readOnly(kind)),
): () => Codec {
  const codec: Codec = { compress, decompress: bounded(kind, decompress) };
  return () => codec;
}

function readOnly(kind: string): ClipidError {
  const message = `clipid reads ${kind} and does not write it: send with gzip, or uncompressed.`;
  return new ClipidError('FIELD_INVALID', message);
}
