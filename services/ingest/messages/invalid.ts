import { ClipidError } from '../../core/errors.js';

/** MESSAGE_INVALID: the message cannot be read, now or later. */
export function messageInvalid(message: string, cause?: unknown): ClipidError {
  return new ClipidError('MESSAGE_INVALID', message, cause === undefined ? {} : { cause });
}

/**
 * Whatever `read` returns. Decoders throw what they like at bytes that others made: what is not an
 * error of ours becomes MESSAGE_INVALID, with `problem` and what the decoder said.
 */
export function guarded<T>(problem: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof ClipidError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw messageInvalid(`${problem} (${reason}).`, thrown);
  }
}
