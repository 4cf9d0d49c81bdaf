import { ClipidError } from '../../../core/errors.js';
import { damaged } from './faults.js';
import { readVarint } from './varint.js';

/** The records of a batch, decompressed. */
export interface Records {
  readonly bytes: Buffer;
  readonly count: number;
}

/**
 * Counts the records, each of which says its length first. Throws LIMIT_EXCEEDED for more than `most`,
 * MESSAGE_INVALID where they do not end with the bytes: what was decompressed is not what was sent.
 */
export function countRecords(kind: string, bytes: Buffer, most: number): Records {
  let count = 0;
  for (let at = 0; at < bytes.length; count++) {
    if (count === most) throw tooMany(kind, most);
    const length = readVarint(bytes, at);
    at = length === undefined || length.value < 1 ? Infinity : length.next + length.value;
    if (at > bytes.length) throw damaged(kind, 'its records do not end where they say');
  }
  return { bytes, count };
}

function tooMany(kind: string, most: number): ClipidError {
  const message = `A ${kind} batch has more than ${most} messages. Let the producer send smaller batches.`;
  return new ClipidError('LIMIT_EXCEEDED', message);
}
