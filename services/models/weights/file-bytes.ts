import { type Stats, closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { ClipidError } from '../../core/errors.js';
import { bundleInvalid } from '../invalid.js';
import { DAMAGED } from './remedies.js';

/** Node refuses to read 2 GiB at once. */
const MAX_READ_BYTES = 2 ** 30;

/**
 * A file that is read piece by piece: weights are larger than what should lie in memory. It holds
 * nothing open between reads, so nobody has to close it; a file that changed in between is refused.
 */
export class FileBytes {
  /** As given; for messages. */
  readonly file: string;
  readonly size: number;
  readonly #modifiedMs: number;

  /** Throws BUNDLE_INVALID when `file` cannot be read or is not a regular file. */
  constructor(file: string) {
    this.file = file;
    const found = this.#explained(() => statSync(file));
    if (!found.isFile()) throw this.invalid('the path', 'is not a regular file', 'Name a file.');
    this.size = found.size;
    this.#modifiedMs = found.mtimeMs;
  }

  /** `length` bytes from `offset`, in memory of their own. Throws BUNDLE_INVALID past the end. */
  read(offset: number, length: number): Buffer {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size)) {
      const problem = `has ${this.size} bytes, ${length} are wanted from byte ${offset}`;
      throw this.invalid('the file', `is cut short: it ${problem}`);
    }
    return this.#explained(() => this.#readWhole(offset, length));
  }

  /** BUNDLE_INVALID about a part of this file. */
  invalid(field: string, problem: string, remedy = DAMAGED): ClipidError {
    return bundleInvalid(this.file, field, problem, remedy);
  }

  #readWhole(offset: number, length: number): Buffer {
    const handle = openSync(this.file, 'r');
    try {
      this.#checkUnchanged(fstatSync(handle));
      // Not from the shared pool: floats are looked at in place, which needs aligned memory.
      const bytes = Buffer.allocUnsafeSlow(length);
      let done = 0;
      while (done < length) {
        const wanted = Math.min(MAX_READ_BYTES, length - done);
        const count = readSync(handle, bytes, done, wanted, offset + done);
        if (count === 0) throw new Error('the file ended early');
        done += count;
      }
      return bytes;
    } finally {
      closeSync(handle);
    }
  }

  #checkUnchanged(now: Stats): void {
    if (now.isFile() && now.size === this.size && now.mtimeMs === this.#modifiedMs) return;
    throw new Error('the file was changed by somebody else');
  }

  #explained<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const problem = `cannot be read: ${reason}`;
      throw bundleInvalid(this.file, 'the file', problem, 'Check its path and rights.', error);
    }
  }
}
