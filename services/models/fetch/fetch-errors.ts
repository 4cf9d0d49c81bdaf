import { ClipidError } from '../../core/errors.js';

/** The location cannot give the file now; another try may. */
export function unreachable(message: string, cause?: unknown): ClipidError {
  const facts = { field: 'from', ...(cause === undefined ? {} : { cause }) };
  return new ClipidError('UNAVAILABLE', message, facts);
}

/** The location is not one that files can be fetched from. */
export function fromInvalid(message: string): ClipidError {
  return new ClipidError('FIELD_INVALID', message, { field: 'from' });
}

/** The file system's errors while a bundle is written, as STORE_FAILED; others as they are. */
export function writingError(file: string, error: unknown): unknown {
  if (error instanceof ClipidError || !(error instanceof Error && 'code' in error)) return error;
  const code = String(error.code);
  return new ClipidError('STORE_FAILED', `${file} cannot be written (${code}).`, {
    details: { file },
    cause: error,
  });
}

/** Why a signal was aborted, as one of our errors; CANCELLED unless its reason says otherwise. */
export function abortError(signal: AbortSignal): ClipidError {
  const reason: unknown = signal.reason;
  if (reason instanceof ClipidError) return reason;
  return new ClipidError('CANCELLED', 'Fetching was cancelled.', { cause: reason });
}

/** The same pieces; what their source throws comes out as `toError` says. */
export async function* withErrors<T>(
  body: AsyncIterable<T>,
  toError: (thrown: unknown) => Error,
): AsyncGenerator<T> {
  try {
    yield* body;
  } catch (error) {
    throw toError(error);
  }
}
