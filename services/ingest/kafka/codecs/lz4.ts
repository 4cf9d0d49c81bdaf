import { decompressFrame } from 'lz4-napi';
import { damaged, tooLarge, type Decompress } from './faults.js';

const MAGIC = 0x184d2204;
const HAS_BLOCK_CHECKSUMS = 0x10;
const HAS_CONTENT_SIZE = 0x08;
const HAS_DICTIONARY = 0x01;
const UNCOMPRESSED = 0x80000000;
/** No byte of a block stands for more. */
const MOST_BYTES_PER_BYTE = 255;

/** The library has no limit of its own, so what a frame can grow to is added up from its blocks first. */
export const decompressLz4: Decompress = async (compressed, maxBytes) => {
  try {
    if (mostBytes(compressed) <= maxBytes) return await decompressFrame(compressed);
  } catch (error) {
    throw damaged('lz4', error);
  }
  throw tooLarge('lz4', maxBytes);
};

/**
 * The size that the first frame cannot exceed once decompressed: of each block, what its own size
 * and the frame's limit for blocks allow. Throws RangeError where the frame ends within a block.
 */
function mostBytes(frame: Buffer): number {
  if (frame.readUInt32LE(0) !== MAGIC) throw new Error('it is no LZ4 frame');
  const flags = frame.readUInt8(4);
  const mostInBlock = 2 ** (8 + 2 * ((frame.readUInt8(5) >> 4) & 7));
  const checksumBytes = has(flags, HAS_BLOCK_CHECKSUMS) ? 4 : 0;
  let total = 0;
  let at = 7 + (has(flags, HAS_CONTENT_SIZE) ? 8 : 0) + (has(flags, HAS_DICTIONARY) ? 4 : 0);
  for (;;) {
    const head = frame.readUInt32LE(at);
    if (head === 0) return total;
    const sizeBytes = head % UNCOMPRESSED;
    total +=
      head >= UNCOMPRESSED ? sizeBytes : Math.min(mostInBlock, sizeBytes * MOST_BYTES_PER_BYTE);
    at += 4 + sizeBytes + checksumBytes;
  }
}

function has(flags: number, flag: number): boolean {
  return (flags & flag) !== 0;
}
