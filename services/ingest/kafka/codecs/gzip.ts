import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { damaged, tooLarge, type Decompress } from './faults.js';

const unpack = promisify(gunzip);

/** The one kind that clipid writes itself. */
export const compressGzip: (bytes: Buffer) => Promise<Buffer> = promisify(gzip);

/** In a thread of Node's own, as zlib does it. */
export const decompressGzip: Decompress = async (compressed, maxBytes) => {
  try {
    return await unpack(compressed, { maxOutputLength: maxBytes });
  } catch (error) {
    const isLimit = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw isLimit ? tooLarge('gzip', maxBytes) : damaged('gzip', error);
  }
};
