import { z } from 'zod';
import { ClipidError } from '../../core/errors.js';

/** No field of ours has a longer name; what others send is cut to it. */
const NAME_CHARACTERS = 64;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An object's fields by their names in the proto file, which JSON may also have in lowerCamelCase.
 * Null stands for a field that is not there.
 */
export const protoFields = z.unknown().transform((value, context) => {
  if (!isObject(value)) return value;
  const fields = new Map<string, unknown>();
  for (const [name, item] of Object.entries(value).filter((field) => field[1] !== null)) {
    const field = protoName(name);
    if (fields.has(field))
      context.addIssue({ code: 'custom', path: [field], message: 'is given twice' });
    fields.set(field, item);
  }
  return Object.fromEntries(fields);
});

/** `clip_id` of `clipId`. */
function protoName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `value` as the schema has it. Throws FIELD_INVALID for its first field that is wrong. */
export function parseFields<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw fieldInvalid(issue);
}

function fieldInvalid(issue: z.core.$ZodIssue | undefined): ClipidError {
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...(issue?.path ?? []), ...unknown].map(String).map(printable);
  const problem =
    unknown.length > 0 ? 'is not a field of this version: leave it out' : issue?.message;
  const field = path.length === 0 ? 'value' : path.join('.');
  return new ClipidError('FIELD_INVALID', `${field} ${problem ?? 'is wrong'}.`, { field });
}

function printable(name: string): string {
  return name.slice(0, NAME_CHARACTERS).replace(/\p{C}/gu, '?');
}
