import { ClipidError } from '../core/errors.js';
import { toUnitLength } from '../core/vectors.js';
import { validateTargets, type AskedTargets } from '../core/targets.js';
import { validateId, validateName, validateUri } from '../core/field-rules.js';

export const MAX_IMAGE_BYTES = 16_000_000;
export const MAX_SOURCES = 64;

function invalid(field: string, rule: string): ClipidError {
  return new ClipidError('FIELD_INVALID', `${field} ${rule}.`, { field });
}

function tooMuch(field: string, rule: string): ClipidError {
  return new ClipidError('LIMIT_EXCEEDED', `${field} ${rule}.`, { field });
}

/** A name for people: at most 256 characters, possibly empty. */
export function checkText(value: string, field: string): string {
  return validateName(field, value);
}

/** An id: 1 to 128 letters, digits or `._-:@`, no dot first. */
export function checkId(value: string, field: string): string {
  if (value === '') throw invalid(field, 'is required');
  return validateId(field, value);
}

/** A uri's size; whether it may be read is the application's to say. */
export function checkUri(value: string, field: string): string {
  return validateUri(field, value);
}

/** An encoded image: 1 byte to 16 MB. */
export function checkImage(bytes: Uint8Array, field: string): Uint8Array {
  if (bytes.length === 0) throw invalid(field, 'has no bytes');
  if (bytes.length > MAX_IMAGE_BYTES) {
    throw tooMuch(field, `has ${bytes.length} bytes; at most ${MAX_IMAGE_BYTES} are allowed`);
  }
  return bytes;
}

/** values: [dimension], finite and not all zero; returns the same at unit length. */
export function checkEmbedding(
  values: readonly number[],
  dimension: number,
  field: string,
): Float32Array {
  if (values.length !== dimension) {
    throw invalid(
      field,
      `has ${values.length} numbers; this gallery's embeddings have ${dimension}`,
    );
  }
  if (!values.every(Number.isFinite)) throw invalid(field, 'must hold finite numbers only');
  if (values.every((value) => value === 0)) throw invalid(field, 'must not be all zero');
  return toUnitLength(Float32Array.from(values));
}

/** A number in [least, most]; `unit` is how the message calls it. */
export function checkRange(
  value: number,
  field: string,
  [least, most]: readonly [number, number],
  unit: string,
): number {
  if (value >= least && value <= most) return value;
  throw invalid(field, `is ${value}; it must be in [${least}, ${most}] ${unit}`);
}

/** Chances of a false match, in (0, 1); `prefix` is where they stand: `settings.`. */
export function checkTargets(
  { targetFpr, uncertainFpr }: { [Key in keyof AskedTargets]: AskedTargets[Key] | undefined },
  prefix = '',
): AskedTargets {
  const asked = {
    ...(targetFpr !== undefined && { targetFpr }),
    ...(uncertainFpr !== undefined && { uncertainFpr }),
  };
  return validateTargets(prefix, asked);
}

/** A count: absent means `fallback`, above the maximum is the maximum. */
export function checkCount(
  value: number | undefined,
  field: string,
  fallback: number,
  most: number,
): number {
  if (value === undefined) return fallback;
  if (value < 0) throw invalid(field, `is ${value}; it must be 0 or more`);
  return Math.min(value, most);
}

/** What a required message or oneof holds. Throws FIELD_INVALID when it is not there. */
export function checkPresent<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw invalid(field, 'is required');
  return value;
}

/** Throws for an empty list and for one that is too long. */
export function checkList<T>(values: readonly T[], field: string, most: number): readonly T[] {
  if (values.length === 0) throw invalid(field, 'must not be empty');
  if (values.length > most) {
    throw tooMuch(field, `has ${values.length} items; at most ${most} are allowed`);
  }
  return values;
}
