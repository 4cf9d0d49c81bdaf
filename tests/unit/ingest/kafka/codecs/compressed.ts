import { gzipSync } from 'node:zlib';
import { compressFrameSync } from 'lz4-napi';
import { compress } from 'snappyjs';
import type { Decompress } from '../../../../../services/ingest/kafka/codecs/faults.js';
import { decompressGzip } from '../../../../../services/ingest/kafka/codecs/gzip.js';
import { decompressLz4 } from '../../../../../services/ingest/kafka/codecs/lz4.js';
import { decompressSnappy } from '../../../../../services/ingest/kafka/codecs/snappy.js';
import { decompressZstd } from '../../../../../services/ingest/kafka/codecs/zstd.js';

export interface Kind {
  readonly name: string;
  readonly decompress: Decompress;
  readonly compress: (bytes: Buffer) => Buffer;
}

/** Every kind that Kafka has, and both forms of snappy. */
export const KINDS: readonly Kind[] = [
  { name: 'gzip', decompress: decompressGzip, compress: (bytes) => gzipSync(bytes) },
  { name: 'snappy', decompress: decompressSnappy, compress: (bytes) => compress(bytes) },
  { name: 'snappy of Java', decompress: decompressSnappy, compress: (bytes) => xerial(bytes) },
  { name: 'lz4', decompress: decompressLz4, compress: (bytes) => compressFrameSync(bytes) },
  { name: 'zstd', decompress: decompressZstd, compress: (bytes) => zstd(bytes) },
];

/** As Java writes it: blocks of 32 KiB. */
function xerial(bytes: Buffer, blockBytes = 32 * 1024): Buffer {
  const parts: Buffer[] = [Buffer.from('\x82SNAPPY\0\0\0\0\x01\0\0\0\x01', 'latin1')];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = compress(bytes.subarray(at, at + blockBytes));
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

/**
 * A frame of zstd without the library, which only reads: runs of one byte as RLE blocks, else raw
 * ones; without the size of the whole, as a stream has it, and with a window of 128 KiB.
 */
function zstd(bytes: Buffer, blockBytes = 128 * 1024): Buffer {
  const parts: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38])];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = bytes.subarray(at, at + blockBytes);
    const isRun = block.every((byte) => byte === block[0]);
    const isLast = at + blockBytes >= bytes.length;
    const head = Buffer.alloc(3);
    head.writeUIntLE((block.length << 3) | (isRun ? 2 : 0) | (isLast ? 1 : 0), 0, 3);
    parts.push(head, isRun ? block.subarray(0, 1) : block);
  }
  return Buffer.concat(parts);
}
