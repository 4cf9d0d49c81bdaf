import { toClipidError, type ClipidError } from '../../../core/errors.js';
import { hasRoom, spend } from './answer-budget.js';
import { headerBefore } from './batch-header.js';
import type { Decompress } from './faults.js';
import { countRecords, type Records } from './records.js';
import { unreadableRecords } from './unreadable.js';

export interface Bounds {
  /** Of one batch, decompressed. */
  readonly batchBytes: number;
  /** Of one batch: kafkajs makes objects of some hundred bytes of each. */
  readonly batchRecords: number;
  /** Of all batches in one answer of a broker, objects and all. */
  readonly answerBytes: number;
}

export const BOUNDS: Bounds = {
  batchBytes: 16 * 2 ** 20,
  batchRecords: 100_000,
  answerBytes: 64 * 2 ** 20,
};

/**
 * A codec's decompress for kafkajs (invariant 8): what a batch grows to is bounded, and so is what
 * one answer of a broker grows to. A batch over a bound, or a damaged one, becomes records that say
 * so. Only where these cannot be put in its place it throws, and then what ends the consumer: all
 * other errors kafkajs tries again for ever.
 */
export function bounded(
  kind: string,
  decompress: Decompress,
  bounds: Bounds = BOUNDS,
): (compressed: Buffer) => Promise<Buffer> {
  return async (compressed) => {
    // kafkajs takes this error for the end of the answer: what comes behind is fetched again.
    if (!hasRoom(compressed.buffer, bounds.answerBytes))
      throw new Signal('KafkaJSPartialMessageError', 'The rest of this answer has to wait.');
    const records = await decompress(compressed, bounds.batchBytes)
      .then((bytes) => countRecords(kind, bytes, bounds.batchRecords))
      .catch((thrown: unknown) => replaced(compressed, toClipidError(thrown), bounds));
    spend(compressed.buffer, records);
    return records.bytes;
  };
}

function replaced(compressed: Buffer, error: ClipidError, { batchRecords }: Bounds): Records {
  const header = headerBefore(compressed);
  const count = header?.recordCount ?? 0;
  if (header === undefined || count < 1 || count > batchRecords)
    throw new Signal('KafkaJSNonRetriableError', error.message, error);
  return { bytes: unreadableRecords(header, error), count };
}

/** kafkajs goes by an error's name and by `retriable`; its types let nobody construct its own ones. */
class Signal extends Error {
  readonly retriable = false;

  constructor(name: string, message: string, cause?: ClipidError) {
    super(message, { cause });
    this.name = name;
  }
}
