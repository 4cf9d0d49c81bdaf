import type { ClipidError } from '../../../core/errors.js';
import type { FileBytes } from '../file-bytes.js';

const WINDOW_BYTES = 65_536;
const MAX_LINE_BYTES = 4_096;
/** Of strings and byte strings. Those of a state dict are names. */
const MAX_TEXT_BYTES = 1_048_576;
const NEWLINE = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a pickle from front to back, by way of a small window into the file. */
export class PickleBytes {
  readonly #source: FileBytes;
  readonly #end: number;
  #window: Buffer = Buffer.alloc(0);
  #windowAt: number;
  #next = 0;

  /** `start` and `end` in bytes of the file; what lies behind `end` is not looked at. */
  constructor(source: FileBytes, start: number, end: number) {
    this.#source = source;
    this.#windowAt = start;
    this.#end = end;
  }

  /** Of the byte that comes next, in the file. */
  get offset(): number {
    return this.#windowAt + this.#next;
  }

  u8(): number {
    return this.take(1).readUInt8();
  }

  /** A length of 8 bytes; above 2^53 it is not exact, and above every limit anyway. */
  u64(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  /** Bytes that are valid until the next read. */
  take(length: number): Buffer {
    if (length > this.#window.length - this.#next) this.#refill(length);
    const bytes = this.#window.subarray(this.#next, this.#next + length);
    this.#next += length;
    return bytes;
  }

  /** Bytes of a string. */
  text(length: number): Buffer {
    if (length <= MAX_TEXT_BYTES) return this.take(length);
    throw this.invalid(`has a string of ${length} bytes, above the limit of ${MAX_TEXT_BYTES}`);
  }

  utf8(length: number): string {
    const at = this.offset;
    const bytes = this.text(length);
    try {
      return utf8.decode(bytes);
    } catch {
      throw this.invalid('has a string that is not UTF-8', at);
    }
  }

  /** Text up to a newline, which is taken too. */
  line(): string {
    const at = this.offset;
    const bytes: number[] = [];
    for (let byte = this.u8(); byte !== NEWLINE; byte = this.u8()) {
      bytes.push(byte);
      if (bytes.length <= MAX_LINE_BYTES) continue;
      throw this.invalid(`has a line above the limit of ${MAX_LINE_BYTES} bytes`, at);
    }
    return Buffer.from(bytes).toString('latin1');
  }

  /** BUNDLE_INVALID about the byte at `at`. */
  invalid(problem: string, at = this.offset, remedy?: string): ClipidError {
    return this.#source.invalid(`the pickle at byte ${at}`, problem, remedy);
  }

  #refill(length: number): void {
    const at = this.offset;
    const left = this.#end - at;
    if (length > left) throw this.invalid(`is cut short: ${length} bytes are wanted, ${left} left`);
    this.#window = this.#source.read(at, Math.min(left, Math.max(length, WINDOW_BYTES)));
    this.#windowAt = at;
    this.#next = 0;
  }
}
