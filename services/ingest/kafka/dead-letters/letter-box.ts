import type { SourceMessage } from '../../../core/source-message.js';
import type { ClipidError } from '../../../core/errors.js';
import { unreadable } from '../codecs/unreadable.js';
import { readDeadLetter, type DeadLetter } from '../../messages/read-dead-letter.js';

/** A dead letter and where it lies in the topic. */
export interface LyingLetter {
  readonly letter: DeadLetter;
  readonly partition: number;
  readonly offset: number;
  /** When it was written to the dead-letter topic. */
  readonly writtenMs: number;
  /** Size of the original's value; null where it had none. */
  readonly valueBytes: number | null;
}

export interface BoxOptions {
  /** Which are looked for; all others are passed over. */
  readonly wants: (letter: DeadLetter) => boolean;
  readonly maxLetters: number;
  readonly maxBytes: number;
  /** Whether the originals' keys, values and headers are kept. */
  readonly keepsOriginals: boolean;
  /** Which stay once it is full: those that were read first, or those read last. */
  readonly whenFull: 'KEEP_FIRST' | 'KEEP_LAST';
}

/**
 * The letters of a topic that is read from its beginning: the last record of each key, unless that one
 * has no value. Bounded, except that one letter is kept whatever its size.
 */
export class LetterBox {
  private readonly kept = new Map<string, LyingLetter>();
  private bytes = 0;
  private missed = 0;

  constructor(private readonly options: BoxOptions) {}

  put(record: SourceMessage): void {
    const key = keyOf(record);
    this.remove(key);
    if (record.value === null && unreadableOf(record) === undefined) return;
    const lying = lie(record);
    if (!this.options.wants(lying.letter)) return;
    this.add(key, detached(lying, this.options.keepsOriginals));
    while (this.isOverfull()) this.leaveOut(key);
  }

  /** In the order in which they were written. */
  letters(): LyingLetter[] {
    return [...this.kept.values()].sort(
      (a, b) => a.writtenMs - b.writtenMs || a.partition - b.partition || a.offset - b.offset,
    );
  }

  /** How many found no room; those among them that were done with later are counted, too. */
  get leftOut(): number {
    return this.missed;
  }

  private add(key: string, lying: LyingLetter): void {
    this.kept.set(key, lying);
    this.bytes += bytesOf(lying.letter);
  }

  private remove(key: string): void {
    const lying = this.kept.get(key);
    if (lying === undefined) return;
    this.kept.delete(key);
    this.bytes -= bytesOf(lying.letter);
  }

  private isOverfull(): boolean {
    const { maxLetters, maxBytes } = this.options;
    return this.kept.size > 1 && (this.kept.size > maxLetters || this.bytes > maxBytes);
  }

  private leaveOut(newest: string): void {
    const [oldest = newest] = this.kept.keys();
    this.remove(this.options.whenFull === 'KEEP_FIRST' ? newest : oldest);
    this.missed++;
  }
}

/** Compaction knows keys of one partition; a record without a key stands for itself. */
function keyOf({ partition, offset, key }: SourceMessage): string {
  const name = key === null ? `at ${offset}` : `is ${Buffer.from(key).toString('hex')}`;
  return `${partition} ${name}`;
}

function lie(record: SourceMessage): LyingLetter {
  const { partition, offset, timestampMs: writtenMs } = record;
  const read = readDeadLetter(record);
  const error = unreadableOf(record);
  const letter = error === undefined ? read : { ...read, reason: error.code, text: error.message };
  return { letter, partition, offset, writtenMs, valueBytes: read.original.value?.length ?? null };
}

/** Of a record that stands for one of a batch which cannot be decompressed; it has no key. */
function unreadableOf(record: SourceMessage): ClipidError | undefined {
  return record.key === null ? unreadable(record) : undefined;
}

/** Copies: the bytes are views of everything that was fetched with them, which would stay in memory. */
function detached(lying: LyingLetter, keepsOriginal: boolean): LyingLetter {
  const { letter } = lying;
  const { original } = letter;
  const kept = keepsOriginal
    ? { ...original, value: copy(original.value) }
    : { ...original, key: null, value: null, headers: [] };
  return { ...lying, letter: { ...letter, recordKey: copy(letter.recordKey), original: kept } };
}

function copy(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : Buffer.from(bytes);
}

/** About what a letter takes in memory: anything in it may be long, whoever wrote it. */
function bytesOf({ id, recordKey, text, reason, host, version, original }: DeadLetter): number {
  const { topic, key, value, headers } = original;
  const parts = [id, recordKey, text, reason, host, version, topic, key, value];
  const all = [...parts, ...headers.flat()];
  return all.reduce((sum, part) => sum + (part?.length ?? 0), 0);
}
