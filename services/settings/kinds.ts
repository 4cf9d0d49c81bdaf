import { z } from 'zod';

/** The kinds that settings are of; each comes as text from the environment or as a flag's value. */

/** Texts with commas between; blanks around them do not count. */
export const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )
  // Says nothing new to zod; the reference of the settings reads from it that this is a list.
  .pipe(z.array(z.string()));

export const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** Whole numbers with commas between. */
export const numbers = (least: number, most: number) =>
  list.transform((parts) => parts.map(Number)).pipe(z.array(z.int().min(least).max(most)).min(1));

/** `--flag` gives true; a variable is written out. */
export const flag = z.union([
  z.boolean(),
  z.stringbool({ truthy: ['1', 'true'], falsy: ['0', 'false'] }),
]);

export function ascends(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > (values[i - 1] ?? 0));
}
