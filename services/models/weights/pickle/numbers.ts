import type { PickleBytes } from './pickle-bytes.js';

const MAX_INTEGER_BYTES = 64;
/** Python's old way to write False and True. */
const OLD_BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['00', false],
  ['01', true],
]);

/** A line with a whole number, perhaps with Python 2's `L` behind it. */
export function decimalInteger(bytes: PickleBytes): number | bigint | boolean {
  const at = bytes.offset;
  const line = bytes.line();
  const old = OLD_BOOLEANS.get(line);
  if (old !== undefined) return old;
  if (/^-?\d{1,100}L?$/.test(line)) return plain(BigInt(line.replace('L', '')));
  throw bytes.invalid('has a whole number that is none', at);
}

/** A line with a number. */
export function decimalText(bytes: PickleBytes): number {
  const at = bytes.offset;
  const line = bytes.line();
  const value = Number(line);
  if (line !== '' && !Number.isNaN(value)) return value;
  throw bytes.invalid('has a number that is none', at);
}

/** Two's complement of `length` bytes. */
export function littleEndianInteger(bytes: PickleBytes, length: number): number | bigint {
  if (length > MAX_INTEGER_BYTES) {
    throw bytes.invalid(`has a number of ${length} bytes, above the limit of ${MAX_INTEGER_BYTES}`);
  }
  if (length === 0) return 0;
  const digits = Buffer.from(bytes.take(length)).reverse().toString('hex');
  return plain(BigInt.asIntN(length * 8, BigInt(`0x${digits}`)));
}

/** A number where that is exact. */
function plain(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
