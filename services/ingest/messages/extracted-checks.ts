import { messageInvalid } from './invalid.js';

/** What must be there. Throws MESSAGE_INVALID. */
export function need<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw messageInvalid(`${field} is missing.`);
  return value;
}

/** Throws MESSAGE_INVALID: the field breaks its rule. */
export function check(holds: boolean, field: string, rule: string): void {
  if (!holds) throw messageInvalid(`${field} ${rule}.`);
}
