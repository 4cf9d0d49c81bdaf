import { ClipidError, errorFromParts } from '../../../core/errors.js';
import type { SourceMessage } from '../../../core/source-message.js';
import type { BatchHeader } from './batch-header.js';
import { writeVarint } from './varint.js';

const HEADER = 'clipid-unreadable';
const NULL = writeVarint(-1);

/**
 * Records in place of those of a batch that cannot be decompressed: as many and at the same offsets,
 * without key and value, each with a header that says why. So one bad batch becomes messages that are
 * refused one by one; an error would end the consumer, which can neither read past the batch nor know
 * where it lies.
 */
export function unreadableRecords(batch: BatchHeader, error: ClipidError): Buffer {
  const { recordCount, lastOffsetDelta } = batch;
  const headers = headerOf(error);
  const records = Array.from({ length: recordCount }, (_, i) =>
    // The last one at the batch's end, whatever compaction took out: reading goes on behind it.
    record(i === recordCount - 1 ? lastOffsetDelta : i, headers),
  );
  return Buffer.concat(records);
}

/** Why this message could not be read, where it stands for one of an unreadable batch; else undefined. */
export function unreadable(message: Pick<SourceMessage, 'headers'>): ClipidError | undefined {
  const found = message.headers.find(([name]) => name === HEADER);
  if (found === undefined) return undefined;
  const [code = '', ...text] = Buffer.from(found[1]).toString('utf8').split(' ');
  const { code: known } = errorFromParts(code, '');
  // Whoever forges the header gets the same: a message that is refused.
  const isOurs = known === 'LIMIT_EXCEEDED' || known === 'MESSAGE_INVALID';
  return new ClipidError(isOurs ? known : 'MESSAGE_INVALID', text.join(' ').slice(0, 500));
}

/** Throws what `unreadable` finds. */
export function checkUnpacked(message: Pick<SourceMessage, 'headers'>): void {
  const error = unreadable(message);
  if (error !== undefined) throw error;
}

function headerOf({ code, message }: ClipidError): Buffer {
  const value = Buffer.from(`${code} ${message}`);
  return Buffer.concat([
    writeVarint(1),
    writeVarint(HEADER.length),
    Buffer.from(HEADER),
    writeVarint(value.length),
    value,
  ]);
}

/** Attributes and the time's delta, both 0; the offset's delta; no key, no value; the headers. */
function record(offsetDelta: number, headers: Buffer): Buffer {
  const body = [Buffer.from([0, 0]), writeVarint(offsetDelta), NULL, NULL, headers];
  const sizeBytes = body.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([writeVarint(sizeBytes), ...body]);
}
