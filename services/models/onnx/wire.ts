/** Parts (fields, and bytes of packed numbers) that one file may have; a graph of 10,000 nodes has a tenth. */
export const MAX_WIRE_PARTS = 2_000_000;
/** Messages inside messages; a graph without subgraphs needs 5. */
export const MAX_WIRE_DEPTH = 16;

/** What stands behind the length-delimited fields of each message that matters, by field number. */
const FORMS = {
  model: { 2: 'bytes', 3: 'bytes', 4: 'bytes', 6: 'bytes', 7: 'graph', 14: 'entry' },
  graph: { 1: 'node', 2: 'bytes', 5: 'tensor', 10: 'bytes', 13: 'value', 16: 'bytes' },
  node: { 1: 'bytes', 2: 'bytes', 3: 'bytes', 4: 'bytes', 5: 'attribute', 6: 'bytes', 9: 'bytes' },
  attribute: { 1: 'bytes', 4: 'bytes', 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph' },
  tensor: { 4: 'bytes', 5: 'bytes', 8: 'bytes', 9: 'bytes', 10: 'bytes', 12: 'bytes' },
  value: { 1: 'bytes', 3: 'bytes' },
  entry: { 1: 'bytes', 2: 'bytes' },
} as const satisfies Record<string, Record<number, string>>;
type Form = keyof typeof FORMS;

/**
 * What is wrong with the bytes as a protobuf message of an ONNX model, before they are decoded; null
 * if nothing is. A decoder makes an object of every part, so a small file of very many parts could
 * fill the memory: the parts and their nesting are counted first, without making anything. Field
 * numbers are those of onnx.proto; fields that are not listed count with all their bytes.
 */
export function wireProblem(bytes: Uint8Array): string | null {
  return new WireScan(bytes).message('model', bytes.length, 1);
}

class WireScan {
  readonly #bytes: Uint8Array;
  #at = 0;
  #parts = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Walks one message that ends before `end`. */
  message(form: Form, end: number, depth: number): string | null {
    if (depth > MAX_WIRE_DEPTH) return `has messages nested deeper than ${MAX_WIRE_DEPTH}`;
    while (this.#at < end) {
      const tag = this.#varint(end);
      if (tag === null || tag < 8) return 'is not a protobuf message, or is cut off';
      const problem = this.#field(form, Math.floor(tag / 8), tag % 8, end, depth);
      if (problem !== null) return problem;
      if (++this.#parts > MAX_WIRE_PARTS) return `has more than ${MAX_WIRE_PARTS} parts`;
    }
    return null;
  }

  #field(form: Form, field: number, wire: number, end: number, depth: number): string | null {
    if (wire === 2) return this.#delimited(form, field, end, depth);
    if (wire === 0) return this.#varint(end) === null ? 'is cut off' : null;
    if (wire !== 1 && wire !== 5) return 'is not a protobuf message';
    this.#at += wire === 1 ? 8 : 4;
    return this.#at > end ? 'is cut off' : null;
  }

  #delimited(form: Form, field: number, end: number, depth: number): string | null {
    const length = this.#varint(end);
    if (length === null || length > end - this.#at) return 'is cut off';
    const forms: Readonly<Record<number, Form | 'bytes'>> = FORMS[form];
    const inner = forms[field];
    if (inner !== undefined && inner !== 'bytes') {
      return this.message(inner, this.#at + length, depth + 1);
    }
    if (inner === undefined) this.#parts += length;
    this.#at += length;
    return null;
  }

  /** Null where it runs past `end` or is longer than ten bytes. */
  #varint(end: number): number | null {
    let value = 0;
    for (let i = 0; i < 10 && this.#at < end; i++) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    return null;
  }
}
