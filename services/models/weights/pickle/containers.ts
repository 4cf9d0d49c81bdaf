import type { PickleDict, PickleRun, PickleValue } from './values.js';

/** Long keys would make every look-up slow. */
const MAX_KEY_LENGTH = 1_024;

/** Throws BUNDLE_INVALID when `list` is none. */
export function appendItems(
  list: PickleValue,
  items: readonly PickleValue[],
  run: PickleRun,
): void {
  if (!Array.isArray(list)) throw run.invalid('appends to what is no list');
  for (const item of items) list.push(item);
}

/** items: key, value, key, value. Throws BUNDLE_INVALID when `dict` is none or a key has no value. */
export function setItems(
  dict: PickleValue,
  items: readonly PickleValue[],
  run: PickleRun,
): PickleDict {
  if (!(dict instanceof Map)) throw run.invalid('sets items of what is no dict');
  if (items.length % 2 !== 0) throw run.invalid('has a key without a value');
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i] ?? null;
    if (typeof key === 'string' && key.length > MAX_KEY_LENGTH) {
      throw run.invalid(`has a key above the limit of ${MAX_KEY_LENGTH} characters`);
    }
    dict.set(key, items[i + 1] ?? null);
  }
  return dict;
}
