import type { MessageHeader, SourceMessage } from '../../core/source-message.js';
import type { OutboxRow } from '../../gallery/port.js';

/** Headers that tell of the failure; what begins so and was in the message before is left out. */
export const DEAD_LETTER_PREFIX = 'clipid-dlq-';
/** Long enough for every message of ours; the broker counts headers in a message's size. */
const TEXT_CHARACTERS = 1000;
/** The topic takes 2 MiB; a message is larger only unpacked, which anybody can make it. */
const MOST_BYTES = 2 * 2 ** 20 - 64 * 1024;
/** Two lengths. */
const HEADER_OVERHEAD_BYTES = 10;

/** Why a message came to no result. */
export interface Failure {
  /** One of core's error codes. */
  readonly code: string;
  readonly text: string;
  readonly attempts: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Who gave the message up. */
export interface FailurePlace {
  readonly host: string;
  readonly version: string;
}

type DeadLetterRow = OutboxRow & { readonly topic: 'DEAD_LETTERS' };

/** Name of a message that cannot come twice, and the key of its dead letter. */
export function deadLetterId(of: Pick<SourceMessage, 'topic' | 'partition' | 'offset'>): string {
  return `${of.topic}/${of.partition}/${of.offset}`;
}

/**
 * The dead letter of a message: the original's bytes and headers in their order, then what happened.
 * The topic is compacted by the id, and a record without a value says that the letter is done with;
 * so an original without a value becomes empty, and a header remembers that. Headers of an older
 * letter (somebody sent it again by hand) would speak of another failure: they are left out.
 * Of a message that the topic cannot take the letter has the place and the size alone: one that can
 * never be sent would hold up all that come after it.
 */
export function deadLetterRow(
  message: SourceMessage,
  why: Failure,
  at: FailurePlace,
): DeadLetterRow {
  const bytes = sizeOf(message);
  if (bytes <= MOST_BYTES) return letterOf(message, why, at);
  const empty = { ...message, key: null, value: new Uint8Array(0), headers: [] };
  const letter = letterOf(empty, why, at);
  const leftOut = [`${DEAD_LETTER_PREFIX}left-out-bytes`, bytesOf(String(bytes))] as const;
  return { ...letter, headers: [...letter.headers, leftOut] };
}

function letterOf(message: SourceMessage, why: Failure, at: FailurePlace): DeadLetterRow {
  const id = deadLetterId(message);
  return {
    eventId: `dead-letter:${id}`,
    topic: 'DEAD_LETTERS',
    key: bytesOf(id),
    payload: message.value ?? new Uint8Array(0),
    headers: [...withoutOurs(message.headers), ...headersOf(message, why, at)],
    createdMs: why.lastMs,
  };
}

function sizeOf({ key, value, headers }: SourceMessage): number {
  const ofHeaders = headers.map(
    ([name, bytes]) => Buffer.byteLength(name) + bytes.length + HEADER_OVERHEAD_BYTES,
  );
  const content = (key?.length ?? 0) + (value?.length ?? 0);
  return ofHeaders.reduce((sum, bytes) => sum + bytes, content);
}

/** The headers that are not a dead letter's, in order. */
export function withoutOurs(headers: readonly MessageHeader[]): readonly MessageHeader[] {
  return headers.filter(([name]) => !name.startsWith(DEAD_LETTER_PREFIX));
}

function headersOf(message: SourceMessage, why: Failure, at: FailurePlace): MessageHeader[] {
  const facts: Record<string, string | Uint8Array | null> = {
    reason: why.code,
    text: why.text.slice(0, TEXT_CHARACTERS),
    attempts: String(why.attempts),
    'first-time': new Date(why.firstMs).toISOString(),
    'last-time': new Date(why.lastMs).toISOString(),
    host: at.host,
    version: at.version,
    topic: message.topic,
    partition: String(message.partition),
    offset: String(message.offset),
    // In milliseconds: a producer may have written a time that no calendar has.
    timestamp: String(message.timestampMs),
    key: message.key,
    'null-value': message.value === null ? 'true' : null,
  };
  return Object.entries(facts).flatMap(([name, value]): MessageHeader[] =>
    value === null ? [] : [[`${DEAD_LETTER_PREFIX}${name}`, bytesOf(value)]],
  );
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
}
