/**
 * The decoder's types leave 64-bit integers open: they come as numbers or as objects of two halves.
 * Exact up to 2^53; beyond it the nearest number, which a check for safe integers refuses. NaN for
 * what is no integer at all.
 */
export function toInteger(value: unknown): number {
  if (typeof value === 'number') return value;
  return hasToNumber(value) ? value.toNumber() : NaN;
}

/** A list of such integers; empty where there is none. */
export function toIntegers(values: unknown): number[] {
  return Array.isArray(values) ? values.map(toInteger) : [];
}

function hasToNumber(value: unknown): value is { toNumber(): number } {
  return typeof value === 'object' && value !== null && 'toNumber' in value;
}
