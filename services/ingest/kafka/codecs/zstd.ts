import { ZSTDDecoder } from 'zstddec';
import { ClipidError } from '../../../core/errors.js';
import type { Decompress } from './faults.js';

const decoder = new ZSTDDecoder();

/**
 * Zstandard's own code as WebAssembly. Given a size it decompresses into so much memory and no more;
 * that it failed shows in an empty result, and why is not told.
 */
export const decompressZstd: Decompress = async (compressed, maxBytes) => {
  await decoder.init();
  const { buffer, byteOffset, byteLength } = decoder.decode(compressed, maxBytes);
  if (byteLength > 0) return Buffer.from(buffer, byteOffset, byteLength);
  const message = `A zstd batch of messages has more than ${maxBytes} bytes when decompressed, or is damaged. Let the producer send smaller batches.`;
  throw new ClipidError('LIMIT_EXCEEDED', message);
};
