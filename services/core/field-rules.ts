import { ClipidError } from './errors.js';
import type { Json, Metadata, Sampling } from './types.js';

const MAX_NAME_LENGTH = 256;
const MAX_URI_LENGTH = 2048;
const MAX_METADATA_BYTES = 16 * 1024;
const MAX_METADATA_DEPTH = 8;
const FRAMES_PER_SECOND = { least: 0.1, most: 60 };

/** 1 to 128 letters (a-z, A-Z), digits and . _ - : @, the first of them no dot. Throws FIELD_INVALID. */
export function validateId(field: string, value: string): string {
  if (/^(?!\.)[A-Za-z0-9._\-:@]{1,128}$/.test(value)) return value;
  throw invalid(field, 'must be 1 to 128 letters, digits or . _ - : @ and not start with a dot');
}

/** A name for people: up to 256 characters, none of them a control character. */
export function validateName(field: string, value: string): string {
  if (value.length > MAX_NAME_LENGTH)
    throw tooMuch(field, value.length, MAX_NAME_LENGTH, 'characters');
  if (/\p{Cc}/u.test(value)) throw invalid(field, 'must not hold control characters');
  return value;
}

/** Its size alone: whether it may be read is decided where it is read. */
export function validateUri(field: string, value: string): string {
  if (value === '') throw invalid(field, 'is required');
  if (value.length > MAX_URI_LENGTH)
    throw tooMuch(field, value.length, MAX_URI_LENGTH, 'characters');
  if (/\p{Cc}/u.test(value)) throw invalid(field, 'must not hold control characters');
  return value;
}

/** An object of at most 16 KB as JSON, 8 levels deep, of values that JSON can hold. */
export function validateMetadata(field: string, value: Metadata): Metadata {
  checkJson(field, value, MAX_METADATA_DEPTH);
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > MAX_METADATA_BYTES) throw tooMuch(field, bytes, MAX_METADATA_BYTES, 'bytes of JSON');
  return value;
}

/** 0.1 to 60 frames a second; a start of 0 ms or later and, where there is an end, before it. */
export function validateSampling(field: string, value: Sampling): Sampling {
  const { framesPerSecond, startMs = 0, endMs = Number.MAX_SAFE_INTEGER } = value;
  const { least, most } = FRAMES_PER_SECOND;
  if (!(framesPerSecond >= least && framesPerSecond <= most)) {
    throw invalid(
      `${field}.frames_per_second`,
      `is ${framesPerSecond}; it must be in [${least}, ${most}]`,
    );
  }
  if (!(startMs >= 0 && startMs <= Number.MAX_SAFE_INTEGER)) {
    throw invalid(`${field}.start`, `is ${startMs} ms; it must be 0 or more`);
  }
  if (!(startMs < endMs && endMs <= Number.MAX_SAFE_INTEGER)) {
    throw invalid(`${field}.end`, `is ${endMs} ms; it must be after the start (${startMs} ms)`);
  }
  return value;
}

/** `depth` levels of objects and lists are left, this one counted. */
function checkJson(field: string, value: Json | undefined, depth: number): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (typeof value !== 'object')
    throw invalid(field, `must hold JSON values only, not ${String(value)}`);
  if (depth < 1)
    throw new ClipidError(
      'LIMIT_EXCEEDED',
      `${field} is more than ${MAX_METADATA_DEPTH} levels deep.`,
      { field },
    );
  for (const item of Object.values(value)) checkJson(field, item, depth - 1);
}

function invalid(field: string, rule: string): ClipidError {
  return new ClipidError('FIELD_INVALID', `${field} ${rule}.`, { field });
}

function tooMuch(field: string, found: number, most: number, unit: string): ClipidError {
  return new ClipidError(
    'LIMIT_EXCEEDED',
    `${field} has ${found} ${unit}; at most ${most} are allowed.`,
    { field },
  );
}
