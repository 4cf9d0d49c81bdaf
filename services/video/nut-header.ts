import { ClipidError } from '../core/errors.js';

/**
 * The headers of NUT, the container in which ffmpeg hands over pictures: one pipe that carries the
 * pixels and, before each picture, its timestamp. All numbers are variable-length, big end first.
 */
export interface FrameCode {
  readonly flags: number;
  readonly ptsDelta: number;
  readonly sizeMultiplier: number;
  readonly sizeLsb: number;
  readonly reservedCount: number;
  readonly headerIndex: number;
}

export interface MainHeader {
  readonly timeBases: readonly { readonly numerator: number; readonly denominator: number }[];
  /** [256], by the first byte of a frame. */
  readonly frameCodes: readonly FrameCode[];
  /** Bytes that a frame may leave out because it names them; 0 is always the empty one. */
  readonly elidedHeaders: readonly Uint8Array[];
}

export interface StreamHeader {
  readonly timeBaseIndex: number;
  readonly msbPtsShift: number;
}

export const FLAG_INVALID = 8192;
const LETTER_N = 0x4e;

export function nutError(what: string): ClipidError {
  return new ClipidError('INTERNAL', `ffmpeg's output could not be read: ${what}.`);
}

/** Reads numbers from a packet that is held in memory. */
export class NutCursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  unsigned(): number {
    let value = 0;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw nutError('a header is too short');
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  }

  signed(): number {
    const value = this.unsigned() + 1;
    return value % 2 === 1 ? -(value - 1) / 2 : value / 2;
  }

  bytes(): Uint8Array {
    const length = this.unsigned();
    if (this.#at + length > this.#bytes.length) throw nutError('a header is too short');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

export function parseMainHeader(packet: Uint8Array): MainHeader {
  const cursor = new NutCursor(packet);
  const version = cursor.unsigned();
  if (version > 3) cursor.unsigned();
  cursor.unsigned(); // streams: one was asked for
  cursor.unsigned(); // greatest distance between sync points
  const timeBases = Array.from({ length: Math.min(cursor.unsigned(), 16) }, () => ({
    numerator: cursor.unsigned(),
    denominator: cursor.unsigned(),
  }));
  const frameCodes = parseFrameCodes(cursor);
  const elided = Array.from({ length: Math.min(cursor.unsigned(), 128) }, () => cursor.bytes());
  return { timeBases, frameCodes, elidedHeaders: [new Uint8Array(0), ...elided] };
}

/** The table is run-length coded: each entry describes `count` codes, with growing size. */
function parseFrameCodes(cursor: NutCursor): FrameCode[] {
  const codes: FrameCode[] = [];
  const kept = { ptsDelta: 0, multiplier: 1, headerIndex: 0 };
  while (codes.length < 256) {
    const flags = cursor.unsigned();
    const fields = cursor.unsigned();
    if (fields > 0) kept.ptsDelta = cursor.signed();
    if (fields > 1) kept.multiplier = cursor.unsigned();
    if (fields > 2) cursor.unsigned(); // stream
    const sizeLsb = fields > 3 ? cursor.unsigned() : 0;
    const reservedCount = fields > 4 ? cursor.unsigned() : 0;
    const count = fields > 5 ? cursor.unsigned() : kept.multiplier - sizeLsb;
    if (fields > 6) cursor.signed(); // match time
    if (fields > 7) kept.headerIndex = cursor.unsigned();
    for (let extra = 8; extra < fields; extra++) cursor.unsigned();
    const code = { flags, ...kept, sizeMultiplier: kept.multiplier, reservedCount };
    appendCodes(codes, code, sizeLsb, count);
  }
  return codes;
}

/** The code of the letter N never starts a frame: it starts every other kind of packet. */
function appendCodes(
  codes: FrameCode[],
  code: Omit<FrameCode, 'sizeLsb'>,
  sizeLsb: number,
  count: number,
): void {
  if (count <= 0) throw nutError('its frame table is broken');
  for (let step = 0; step < count && codes.length < 256;) {
    const isLetterN = codes.length === LETTER_N;
    codes.push({ ...code, flags: isLetterN ? FLAG_INVALID : code.flags, sizeLsb: sizeLsb + step });
    if (!isLetterN) step++;
  }
}

export function parseStreamHeader(packet: Uint8Array): StreamHeader {
  const cursor = new NutCursor(packet);
  cursor.unsigned(); // stream
  cursor.unsigned(); // class: video
  cursor.bytes(); // codec
  return { timeBaseIndex: cursor.unsigned(), msbPtsShift: cursor.unsigned() };
}
