import { uncompress } from 'snappyjs';
import { damaged, tooLarge, type Decompress } from './faults.js';

/**
 * Java's clients wrap snappy into xerial's stream: eight bytes of magic, two versions (int32), then
 * blocks, each behind its length (int32). Other clients send one bare block.
 */
const XERIAL_MAGIC = Buffer.from('\x82SNAPPY\0', 'latin1');
const XERIAL_HEADER_BYTES = XERIAL_MAGIC.length + 8;
const LENGTH_BYTES = 4;

export const decompressSnappy: Decompress = (compressed, maxBytes) =>
  Promise.resolve().then(() => {
    const blocks = isXerial(compressed) ? xerialBlocks(compressed) : [compressed];
    return joined(blocks, maxBytes);
  });

function isXerial(compressed: Buffer): boolean {
  return compressed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC);
}

function joined(blocks: Iterable<Buffer>, maxBytes: number): Buffer {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for (const block of blocks) {
    const part = decompressBlock(block, sizeBytes, maxBytes);
    sizeBytes += part.length;
    parts.push(part);
  }
  return Buffer.concat(parts, sizeBytes);
}

/** A block says its size first; snappyjs looks at it before it takes memory. */
function decompressBlock(block: Buffer, beforeBytes: number, maxBytes: number): Buffer {
  try {
    return uncompress(block, maxBytes - beforeBytes);
  } catch (error) {
    const isLimit = error instanceof Error && error.message.includes('too big');
    throw isLimit ? tooLarge('snappy', maxBytes) : damaged('snappy', error);
  }
}

function* xerialBlocks(compressed: Buffer): Generator<Buffer> {
  let at = XERIAL_HEADER_BYTES;
  while (at < compressed.length) {
    const start = at + LENGTH_BYTES;
    const end = start + (start <= compressed.length ? compressed.readInt32BE(at) : 0);
    if (end <= start || end > compressed.length) throw damaged('snappy', 'it ends within a block');
    yield compressed.subarray(start, end);
    at = end;
  }
}
