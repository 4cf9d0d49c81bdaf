import type { MessageHeader, SourceMessage } from '../../core/source-message.js';
import { DEAD_LETTER_PREFIX, deadLetterId, withoutOurs } from './dead-letter.js';
import { textOf } from './headers.js';

/** What can be read of a dead letter; null where it does not say, or says what cannot be. */
export interface DeadLetter {
  /** `<topic>/<partition>/<offset>` of the original where clipid wrote it. */
  readonly id: string;
  /** Key of its record as it is; null in a letter that can never be marked as done. */
  readonly recordKey: Uint8Array | null;
  readonly reason: string | null;
  readonly text: string | null;
  readonly attempts: number | null;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly host: string | null;
  readonly version: string | null;
  /** Size of a message that was too large to be kept in its letter; null: it is here. */
  readonly leftOutBytes: number | null;
  readonly original: OriginalMessage;
}

/** The message that failed, as far as the letter tells; nothing in it is to be trusted. */
export interface OriginalMessage {
  readonly topic: string | null;
  readonly partition: number | null;
  readonly offset: number | null;
  readonly timestampMs: number | null;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Without those of the letter. */
  readonly headers: readonly MessageHeader[];
}

/** Reads a record of the dead-letter topic, whoever wrote it; of a header given twice the last one. */
export function readDeadLetter(record: SourceMessage): DeadLetter {
  const facts = new LetterFacts(record.headers);
  return {
    id: idOf(record),
    recordKey: record.key,
    reason: facts.text('reason'),
    text: facts.text('text'),
    attempts: facts.count('attempts'),
    firstMs: facts.time('first-time'),
    lastMs: facts.time('last-time'),
    host: facts.text('host'),
    version: facts.text('version'),
    leftOutBytes: facts.count('left-out-bytes'),
    original: originalOf(record, facts),
  };
}

function originalOf(record: SourceMessage, facts: LetterFacts): OriginalMessage {
  const wasNull = facts.bytes('null-value') !== null && record.value?.length === 0;
  return {
    topic: facts.text('topic'),
    partition: facts.count('partition'),
    offset: facts.count('offset'),
    timestampMs: facts.whole('timestamp'),
    key: facts.bytes('key'),
    value: wasNull ? null : record.value,
    headers: withoutOurs(record.headers),
  };
}

/** A letter without a key is called after its own place; bytes that are no text, after their digits. */
function idOf(record: SourceMessage): string {
  if (record.key === null) return deadLetterId(record);
  return textOf(record.key) ?? `0x${Buffer.from(record.key).toString('hex')}`;
}

/** The headers of a letter by their names without the prefix; null for what is not there. */
class LetterFacts {
  private readonly byName: ReadonlyMap<string, Uint8Array>;

  constructor(headers: readonly MessageHeader[]) {
    this.byName = new Map(headers);
  }

  bytes(name: string): Uint8Array | null {
    return this.byName.get(DEAD_LETTER_PREFIX + name) ?? null;
  }

  text(name: string): string | null {
    const bytes = this.bytes(name);
    return bytes === null ? null : (textOf(bytes) ?? null);
  }

  whole(name: string): number | null {
    const text = this.text(name);
    return text !== null && /^-?\d{1,19}$/.test(text) ? Number(text) : null;
  }

  count(name: string): number | null {
    const value = this.whole(name);
    return value !== null && value >= 0 && Number.isSafeInteger(value) ? value : null;
  }

  time(name: string): number | null {
    const ms = Date.parse(this.text(name) ?? '');
    return Number.isNaN(ms) ? null : ms;
  }
}
