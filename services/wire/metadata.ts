import { ClipidError } from '../core/errors.js';
import type { Json, Metadata } from '../core/types.js';
import { validateMetadata } from '../core/field-rules.js';

/** A google.protobuf.Struct as its library hands it over. */
export type Struct = Record<string, unknown>;

/** A caller's Struct as metadata. Throws FIELD_INVALID, and LIMIT_EXCEEDED above 16 KiB of JSON. */
export function fromStruct(struct: Struct, field = 'metadata'): Metadata {
  return validateMetadata(field, objectOf(struct, field));
}

/** Metadata as a Struct: a copy, since its library wants one it may change. */
export function toStruct(metadata: Metadata): Struct {
  return { ...metadata };
}

function objectOf(value: object, field: string): Metadata {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, jsonOf(item, `${field}.${key}`)]),
  );
}

/** The wire can carry NaN and infinity, JSON cannot: they are refused here. */
function jsonOf(value: unknown, field: string): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, i) => jsonOf(item, `${field}[${i}]`));
  if (typeof value === 'object') return objectOf(value, field);
  throw new ClipidError('FIELD_INVALID', `${field} is not a finite JSON value.`, { field });
}
