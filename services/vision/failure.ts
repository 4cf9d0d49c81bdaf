import { ClipidError, errorFromParts, toClipidError } from '../core/errors.js';

/** An error as it crosses from one thread to another. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly field: string | undefined;
}

/** Any thrown value; what is not ours is the networks' (callers may try again). */
export function failureOf(thrown: unknown): Failure {
  const { code, message, field } = toClipidError(thrown);
  return { code: thrown instanceof ClipidError ? code : 'MODEL_FAILED', message, field };
}

export function errorOf({ code, message, field }: Failure): ClipidError {
  return errorFromParts(code, message, field);
}
