export function randomBytes(length: number, random: () => number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

/** A copy with one to four changes: a byte set, a bit flipped, a piece cut out, doubled or put in. */
export function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  let result = bytes;
  for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes--)
    result = changedOnce(result, random);
  return result;
}

function changedOnce(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = Math.floor(random() * bytes.length);
  const end = at + Math.floor(random() * 16);
  const [head, piece, tail] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  const kind = Math.floor(random() * 5);
  if (kind === 0) return Buffer.concat([head, tail]);
  if (kind === 1) return Buffer.concat([head, piece, piece, tail]);
  if (kind === 2) return Buffer.concat([head, randomBytes(4, random), piece, tail]);
  const changed = Uint8Array.from(bytes);
  const value = kind === 3 ? Math.floor(random() * 256) : (bytes[at] ?? 0) ^ (1 << (at % 8));
  changed.set([value].slice(0, bytes.length - at), at);
  return changed;
}
