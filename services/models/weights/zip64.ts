const ZIP64_FIELD = 1;
const FIELD_HEADER_BYTES = 4;
/** Stands in a 32-bit place for a number that is in the extra field. */
const ELSEWHERE = 0xffffffff;

/**
 * Numbers of a directory entry, by the byte of their 32-bit places. Those that do not fit there are in
 * the extra field, in the order of `places`; one that is missing stays 2^32 - 1, beyond what can be.
 */
export function zip64Extra<Name extends string>(
  record: Buffer,
  places: Readonly<Record<Name, number>>,
  extra: Buffer,
): Record<Name, number> {
  const wide = zip64Numbers(extra);
  const read = ([name, at]: [string, number]): [string, number] => {
    const value = record.readUInt32LE(at);
    return [name, value === ELSEWHERE ? (wide.shift() ?? ELSEWHERE) : value];
  };
  return Object.fromEntries(Object.entries<number>(places).map(read)) as Record<Name, number>;
}

/** The 64-bit numbers of the field that is meant; empty when there is none. */
function zip64Numbers(extra: Buffer): number[] {
  for (let at = 0; at + FIELD_HEADER_BYTES <= extra.length;) {
    const start = at + FIELD_HEADER_BYTES;
    const end = start + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === ZIP64_FIELD) return numbers(extra.subarray(start, end));
    at = end;
  }
  return [];
}

function numbers(field: Buffer): number[] {
  const count = Math.floor(field.length / 8);
  return Array.from({ length: count }, (_, i) => Number(field.readBigUInt64LE(i * 8)));
}
