/** The element types that are read, by the numbers of TensorProto.DataType, with their size. */
const KNOWN = {
  1: { name: 'float32', bytes: 4 },
  2: { name: 'uint8', bytes: 1 },
  3: { name: 'int8', bytes: 1 },
  4: { name: 'uint16', bytes: 2 },
  5: { name: 'int16', bytes: 2 },
  6: { name: 'int32', bytes: 4 },
  7: { name: 'int64', bytes: 8 },
  9: { name: 'bool', bytes: 1 },
  10: { name: 'float16', bytes: 2 },
  11: { name: 'float64', bytes: 8 },
  12: { name: 'uint32', bytes: 4 },
  13: { name: 'uint64', bytes: 8 },
  16: { name: 'bfloat16', bytes: 2 },
} as const;

/** The element type of a value in a graph that was read. */
export type ReadElementType = (typeof KNOWN)[keyof typeof KNOWN]['name'];

/** Undefined for a number that is not read: strings, complex and sub-byte numbers. */
export function elementTypeOf(dataType: number): ReadElementType | undefined {
  const known: Readonly<Record<number, { readonly name: ReadElementType } | undefined>> = KNOWN;
  return known[dataType]?.name;
}

/** Bytes that one element takes. */
export function elementBytes(type: ReadElementType): number {
  return Object.values(KNOWN).find(({ name }) => name === type)?.bytes ?? 0;
}
