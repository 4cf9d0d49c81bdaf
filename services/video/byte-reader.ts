import type { Readable } from 'node:stream';
import { throwIfAborted } from './watchdog.js';

const NOTHING = new Uint8Array(0);

/**
 * Reads exact amounts from a pipe, and only when asked: the stream is never put into flowing mode,
 * so that a program whose output nobody reads is stopped by its full pipe.
 */
export class ByteReader {
  readonly #stream: Readable;
  readonly #signal: AbortSignal;
  #rest: Uint8Array = NOTHING;
  #wake: () => void = () => undefined;

  /** Throws the signal's reason as a ClipidError from whatever wait it interrupts. */
  constructor(stream: Readable, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
    // Listening once and for all: to begin and end it for every wait takes longer than the reading.
    const wake = (): void => this.#wake();
    for (const event of ['readable', 'end', 'close', 'error']) stream.on(event, wake);
    signal.addEventListener('abort', wake);
  }

  /** Fills `target` with the next bytes, copied once; false when the stream ended before. */
  async fill(target: Uint8Array): Promise<boolean> {
    let filled = 0;
    while (filled < target.length) {
      if (this.#rest.length === 0 && !(await this.#next())) return false;
      const part = this.#rest.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return true;
  }

  /** The next byte, or undefined at the end. */
  async byte(): Promise<number | undefined> {
    if (this.#rest.length === 0 && !(await this.#next())) return undefined;
    const value = this.#rest[0];
    this.#rest = this.#rest.subarray(1);
    return value;
  }

  async #next(): Promise<boolean> {
    for (;;) {
      throwIfAborted(this.#signal);
      const chunk: unknown = this.#stream.read();
      if (chunk instanceof Uint8Array) {
        this.#rest = chunk;
        return true;
      }
      if (this.#stream.readableEnded || this.#stream.destroyed) return false;
      // Until there is something to read, nothing more will come, or the signal aborts.
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
