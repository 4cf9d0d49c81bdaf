import type { z } from 'zod';
import { bundleInvalid } from './invalid.js';

/** Text as the schema's type. Throws BUNDLE_INVALID naming the file and the first wrong field. */
export function parseJson<T>(schema: z.ZodType<T>, text: string, file: string, remedy: string): T {
  const result = schema.safeParse(parse(text, file, remedy));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  const problem = `is not valid: ${issue?.message ?? 'unknown'}`;
  throw bundleInvalid(file, field === '' ? 'the top level' : field, problem, remedy);
}

function parse(text: string, file: string, remedy: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw bundleInvalid(file, 'the top level', 'is not JSON', remedy, error);
  }
}
