import type { ByteReader } from './byte-reader.js';
import {
  FLAG_INVALID,
  NutCursor,
  nutError,
  parseMainHeader,
  parseStreamHeader,
  type FrameCode,
  type MainHeader,
  type StreamHeader,
} from './nut-header.js';

/** `nut/multimedia container` and a zero byte. */
const FILE_ID_BYTES = 25;
const LETTER_N = 0x4e;
/** Largest header that is worth believing. */
const MAX_PACKET_BYTES = 1 << 20;
const CHECKSUM_BYTES = 4;

/** The second byte of a packet's start code tells its kind. */
const KIND = { main: 0x4d, stream: 0x53, syncpoint: 0x4b } as const;

const FLAG = {
  codedPts: 8,
  streamId: 16,
  sizeMsb: 32,
  checksum: 64,
  reserved: 128,
  sideData: 256,
  headerIndex: 1024,
  matchTime: 2048,
  coded: 4096,
} as const;

export interface NutFrame {
  readonly timestampMs: number;
  readonly bytes: Uint8Array;
}

/** Reads the frames of one video stream from a pipe, each into a buffer of its own. */
export class NutReader {
  readonly #reader: ByteReader;
  readonly #maxFrameBytes: number;
  #main: MainHeader | undefined;
  #stream: StreamHeader | undefined;
  #lastPts = 0;
  #started = false;

  constructor(reader: ByteReader, maxFrameBytes: number) {
    this.#reader = reader;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /**
   * The next frame; undefined at the end of the stream, also when it breaks off inside a frame.
   * Throws INTERNAL for what is no NUT, and the reader's errors.
   */
  async next(): Promise<NutFrame | undefined> {
    if (!this.#started && !(await this.#reader.fill(new Uint8Array(FILE_ID_BYTES))))
      return undefined;
    this.#started = true;
    for (;;) {
      const first = await this.#reader.byte();
      if (first === undefined) return undefined;
      if (first !== LETTER_N) return this.#frame(first);
      if (!(await this.#packet())) return undefined;
    }
  }

  /** A packet that is no frame, its first byte already read; false when the stream ends in it. */
  async #packet(): Promise<boolean> {
    const code = new Uint8Array(7);
    if (!(await this.#reader.fill(code))) return false;
    const length = await this.#unsigned();
    if (length === undefined) return false;
    if (length > MAX_PACKET_BYTES) throw nutError('a header is too long');
    const body = new Uint8Array(length > 4096 ? length + CHECKSUM_BYTES : length);
    if (!(await this.#reader.fill(body))) return false;
    this.#take(code[0], length > 4096 ? body.subarray(CHECKSUM_BYTES) : body);
    return true;
  }

  #take(kind: number | undefined, body: Uint8Array): void {
    if (kind === KIND.main) this.#main = parseMainHeader(body);
    if (kind === KIND.stream) this.#stream = parseStreamHeader(body);
    if (kind === KIND.syncpoint) this.#lastPts = this.#syncpointPts(new NutCursor(body).unsigned());
  }

  /** A sync point counts in any of the time bases; the stream's own clock restarts from it. */
  #syncpointPts(coded: number): number {
    const { timeBases } = this.#headers().main;
    const from = timeBases[coded % timeBases.length];
    const to = this.#timeBase();
    if (from === undefined) throw nutError('a time base is missing');
    const seconds = (Math.floor(coded / timeBases.length) * from.numerator) / from.denominator;
    return Math.floor((seconds * to.denominator) / to.numerator);
  }

  async #frame(first: number): Promise<NutFrame | undefined> {
    const { main } = this.#headers();
    const code = main.frameCodes[first];
    if (code === undefined) throw nutError('an unknown frame code');
    const head = await this.#frameHead(code);
    if (head === undefined) return undefined;
    const prefix = main.elidedHeaders[head.headerIndex] ?? new Uint8Array(0);
    if (head.size > this.#maxFrameBytes || head.size < prefix.length)
      throw nutError('a wrong frame size');
    const bytes = new Uint8Array(head.size);
    bytes.set(prefix);
    if (!(await this.#reader.fill(bytes.subarray(prefix.length)))) return undefined;
    const { numerator, denominator } = this.#timeBase();
    return { timestampMs: (this.#lastPts * numerator * 1000) / denominator, bytes };
  }

  /** The numbers before a frame's bytes, in the order of the format; undefined when cut short. */
  async #frameHead(code: FrameCode): Promise<{ size: number; headerIndex: number } | undefined> {
    const number = async (wanted: boolean, otherwise: number): Promise<number> =>
      wanted ? ((await this.#unsigned()) ?? Number.NaN) : otherwise;
    const has = (flag: number): boolean => (flags & flag) !== 0;
    let flags = code.flags;
    flags ^= await number(has(FLAG.coded), 0);
    if (has(FLAG_INVALID) || has(FLAG.sideData)) throw nutError('an unexpected kind of frame');
    await number(has(FLAG.streamId), 0);
    const codedPts = await number(has(FLAG.codedPts), -1);
    const sizeMsb = await number(has(FLAG.sizeMsb), 0);
    await number(has(FLAG.matchTime), 0);
    const headerIndex = await number(has(FLAG.headerIndex), code.headerIndex);
    const reserved = await number(has(FLAG.reserved), code.reservedCount);
    for (let i = 0; i < reserved; i++) await this.#unsigned();
    if (has(FLAG.checksum)) await this.#reader.fill(new Uint8Array(CHECKSUM_BYTES));
    const size = code.sizeLsb + sizeMsb * code.sizeMultiplier;
    if (Number.isNaN(size + codedPts + headerIndex)) return undefined;
    this.#lastPts = codedPts < 0 ? this.#lastPts + code.ptsDelta : this.#fullPts(codedPts);
    return { size, headerIndex };
  }

  /** Small numbers are the low part of a time near the last one; larger ones the whole time. */
  #fullPts(coded: number): number {
    const span = 2 ** this.#headers().stream.msbPtsShift;
    if (coded >= span) return coded - span;
    const base = this.#lastPts - Math.floor((span - 1) / 2);
    return base + ((((coded - base) % span) + span) % span);
  }

  #headers(): { main: MainHeader; stream: StreamHeader } {
    if (this.#main === undefined || this.#stream === undefined)
      throw nutError('its headers are missing');
    return { main: this.#main, stream: this.#stream };
  }

  #timeBase(): { readonly numerator: number; readonly denominator: number } {
    const { main, stream } = this.#headers();
    const base = main.timeBases[stream.timeBaseIndex];
    if (base === undefined) throw nutError('a time base is missing');
    return base;
  }

  async #unsigned(): Promise<number | undefined> {
    let value = 0;
    for (;;) {
      const byte = await this.#reader.byte();
      if (byte === undefined) return undefined;
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  }
}
