/** Zigzag numbers in groups of seven bits, the lowest first: how Kafka writes the fields of a record. */

export function writeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = (value << 1) ^ (value >> 31);
  while ((rest & ~0x7f) !== 0) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}

/** The number at `at` and where the next one begins; undefined where the bytes end before it does. */
export function readVarint(
  bytes: Buffer,
  at: number,
): { readonly value: number; readonly next: number } | undefined {
  let raw = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    raw |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) return { value: (raw >>> 1) ^ -(raw & 1), next: at + i + 1 };
  }
  return undefined;
}
