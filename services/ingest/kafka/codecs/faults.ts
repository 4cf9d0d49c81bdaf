import { ClipidError } from '../../../core/errors.js';

/** Undoes one kind of compression. Throws LIMIT_EXCEEDED, MESSAGE_INVALID. */
export type Decompress = (compressed: Buffer, maxBytes: number) => Promise<Buffer>;

/** A batch that would grow past what a process gives it, whoever sent it. */
export function tooLarge(kind: string, maxBytes: number): ClipidError {
  const message = `A ${kind} batch of messages has more than ${maxBytes} bytes when decompressed. Let the producer send smaller batches.`;
  return new ClipidError('LIMIT_EXCEEDED', message);
}

/** A batch that is not what its header says. */
export function damaged(kind: string, cause: unknown): ClipidError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `A ${kind} batch of messages cannot be decompressed: ${why}`;
  return new ClipidError('MESSAGE_INVALID', message, { cause });
}
