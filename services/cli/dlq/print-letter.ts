import type { LyingLetter } from '../../ingest/kafka/dead-letters.js';
import { textOf } from '../../ingest/messages/headers.js';
import type { OriginalMessage } from '../../ingest/messages/read-dead-letter.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';
import { decodeMessage, excerpt } from './decode-message.js';
import { summaryJson } from './letter-json.js';
import { isoTime, plain, plainJson } from './plain.js';

const TEXT_CHARACTERS = 60;
const FACT_CHARACTERS = 1000;

/** Letters for a person, one a line. */
export function printList(terminal: Terminal, letters: readonly LyingLetter[]): void {
  const rows = letters.map((one) => {
    const { id, reason, attempts, lastTime, text } = summaryJson(one);
    return [id, reason, attempts, lastTime, text?.slice(0, TEXT_CHARACTERS) ?? null].map(cell);
  });
  terminal.result(table(['id', 'reason', 'attempts', 'last time', 'text'], rows));
}

/** One letter for a person: the facts, then the message. */
export function printLetter(terminal: Terminal, { letter, writtenMs }: LyingLetter): void {
  const { id, reason, text, attempts, host, version, original } = letter;
  const by = `${host ?? '-'}, version ${version ?? '-'}`;
  const facts: (readonly [string, string | number | null])[] = [
    ['reason', reason],
    ['text', text],
    ['attempts', attempts],
    ['first time', isoTime(letter.firstMs)],
    ['last time', isoTime(letter.lastMs)],
    ['given up', `${isoTime(writtenMs) ?? '-'} by ${by}`],
    ...originalFacts(original),
  ];
  terminal.result(
    table(
      ['id', cell(id)],
      facts.map((fact) => fact.map(cell)),
    ),
  );
  for (const line of messageLines(original)) terminal.result(line);
}

function originalFacts(original: OriginalMessage): (readonly [string, string | null])[] {
  const { topic, partition, offset, timestampMs, key, headers } = original;
  const place = `${topic ?? '-'}, partition ${partition ?? '-'}, offset ${offset ?? '-'}`;
  return [
    ['came from', place],
    ['at', isoTime(timestampMs)],
    ['key', key === null ? null : shown(key)],
    ...headers.map(([name, value]) => [`header ${name}`, shown(value)] as const),
  ];
}

function messageLines(original: OriginalMessage): string[] {
  const { value } = original;
  if (value === null) return ['The message has no value.'];
  const message = decodeMessage(original);
  const size = `${value.length} bytes`;
  if (message !== undefined) return [`message (${size}):`, plainJson(message, 2)];
  return [`The message (${size}) is no ClipSubmitted; it begins:`, ...excerpt(value).map(plain)];
}

function shown(bytes: Uint8Array): string {
  return textOf(bytes) ?? `0x${Buffer.from(bytes).toString('hex')}`;
}

function cell(value: string | number | null): string {
  return value === null ? '-' : plain(String(value).slice(0, FACT_CHARACTERS));
}
