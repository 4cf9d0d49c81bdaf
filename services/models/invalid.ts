import { ClipidError } from '../core/errors.js';

/** BUNDLE_INVALID that names the file, the field in it, what is wrong and what to do. */
export function bundleInvalid(
  file: string,
  field: string,
  problem: string,
  remedy: string,
  cause?: unknown,
): ClipidError {
  return new ClipidError('BUNDLE_INVALID', `${file}: ${field} ${problem}. ${remedy}`, {
    field,
    details: { file },
    ...(cause === undefined ? {} : { cause }),
  });
}
