import type { ClipidError } from '../../core/errors.js';
import type { MessageHeader, SourceMessage } from '../../core/source-message.js';
import { textHeader, textOf } from './headers.js';
import { messageInvalid } from './invalid.js';
import { LAST_MS } from './origin.js';

/** `<topic>/<partition>/<offset>/<timestamp in ms>` of where the message was first. */
const ORIGIN = 'clipid-origin';
const ATTEMPTS = 'clipid-attempts';
const NOT_BEFORE = 'clipid-not-before';
const FIRST_FAILURE = 'clipid-first-failure';
const OURS = [ORIGIN, ATTEMPTS, NOT_BEFORE, FIRST_FAILURE];

const MAX_ATTEMPTS = 1_000_000;
const MAX_PARTITION = 2 ** 31 - 1;
const ORIGIN_FORM = /^([A-Za-z0-9._-]{1,249})\/(\d{1,10})\/(\d{1,16})\/(-?\d{1,19})$/;

/** A message as it is worked on, whichever topic it comes from. */
export interface Delivery {
  /** As it was first. */
  readonly message: SourceMessage;
  /** Times that the work was started before; 0 at first. */
  readonly attempts: number;
  /** Not tried before; 0 at first. */
  readonly notBeforeMs: number;
  readonly firstFailureMs: number | null;
}

export interface RetryRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly MessageHeader[];
}

/** The message for a retry topic: as it was first, and what a later try must know in headers. */
export function toRetryRecord(
  { message, firstFailureMs }: Delivery,
  next: { readonly attempts: number; readonly notBeforeMs: number; readonly nowMs: number },
): RetryRecord {
  const { topic, partition, offset, timestampMs, key, value, headers } = message;
  const ours = [
    textHeader(ORIGIN, [topic, partition, offset, timestampMs].join('/')),
    textHeader(ATTEMPTS, String(next.attempts)),
    textHeader(NOT_BEFORE, String(Math.ceil(next.notBeforeMs))),
    textHeader(FIRST_FAILURE, String(Math.floor(firstFailureMs ?? next.nowMs))),
  ];
  return { key, value, headers: [...headers, ...ours] };
}

/**
 * A message and its earlier tries. Headers of ours on another topic than a retry topic are anybody's:
 * there they say nothing and stay what they are. Throws MESSAGE_INVALID for a retry record without
 * them, or with others than we write.
 */
export function readDelivery(message: SourceMessage, isRetryTopic: boolean): Delivery {
  if (!isRetryTopic) return { message, attempts: 0, notBeforeMs: 0, firstFailureMs: null };
  return {
    message: { ...message, ...readOrigin(message), headers: withoutOurs(message.headers) },
    attempts: readCount(message, ATTEMPTS, [1, MAX_ATTEMPTS]),
    notBeforeMs: readCount(message, NOT_BEFORE, [0, LAST_MS]),
    firstFailureMs: readCount(message, FIRST_FAILURE, [0, LAST_MS]),
  };
}

type Origin = Pick<SourceMessage, 'topic' | 'partition' | 'offset' | 'timestampMs'>;

function readOrigin(message: SourceMessage): Origin {
  const [, topic, ...numbers] = ORIGIN_FORM.exec(readText(message, ORIGIN)) ?? [];
  const [partition = NaN, offset = NaN, timestampMs = NaN] = numbers.map(Number);
  const isPlausible = partition <= MAX_PARTITION && Number.isSafeInteger(offset);
  if (topic === undefined || !isPlausible) throw broken(ORIGIN);
  return { topic, partition, offset, timestampMs };
}

function readCount(
  message: SourceMessage,
  name: string,
  [least, most]: readonly [number, number],
): number {
  const text = readText(message, name);
  const count = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (count >= least && count <= most) return count;
  throw broken(name);
}

/** The last one of a name: an earlier one came with the message. */
function readText({ headers }: SourceMessage, name: string): string {
  const value = headers.findLast(([candidate]) => candidate === name)?.[1];
  const text = value === undefined ? undefined : textOf(value);
  if (text === undefined) throw broken(name);
  return text;
}

function withoutOurs(headers: readonly MessageHeader[]): MessageHeader[] {
  const added = OURS.map((name) => headers.findLastIndex(([candidate]) => candidate === name));
  return headers.filter((_, index) => !added.includes(index));
}

function broken(name: string): ClipidError {
  return messageInvalid(
    `The header ${name} of a retry record is missing or broken: only clipid may write to a retry topic.`,
  );
}
