import type { Readable } from 'node:stream';
import { CLIP_INPUT } from './clip-input.js';

const TAIL_BYTES = 8 * 1024;
const HEAD_BYTES = 2 * 1024;
const LINE_CHARS = 200;

/** What a program said on stderr, in bounded memory: the first 2 KB and the last 8 KB. */
export class StderrTail {
  #head = '';
  #tail = '';

  constructor(stream: Readable) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => this.#add(text));
    // A pipe that breaks while the program is being ended is no news.
    stream.on('error', () => undefined);
  }

  /** The first line that says something, without addresses and file names; '' when there is none. */
  get reason(): string {
    for (const line of this.#head.split('\n')) {
      const useful = tidy(line);
      if (useful !== '') return useful;
    }
    return '';
  }

  /** The last 8 KB as they came. */
  get text(): string {
    return this.#tail;
  }

  #add(text: string): void {
    if (this.#head.length < HEAD_BYTES) this.#head = (this.#head + text).slice(0, HEAD_BYTES);
    this.#tail = (this.#tail + text).slice(-TAIL_BYTES);
  }
}

/** `[mov,mp4 @ 0x55d0] moov atom not found` -> `moov atom not found`. */
function tidy(line: string): string {
  return line
    .replace(/^(\[[^\]]* @ 0x[0-9a-f]+\] ?)+/i, '')
    .replaceAll(CLIP_INPUT, 'the clip')
    .replaceAll(/[\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, LINE_CHARS);
}
