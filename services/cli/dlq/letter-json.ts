import type { LyingLetter } from '../../ingest/kafka/dead-letters.js';
import { decodeMessage } from './decode-message.js';
import { isoTime, readable } from './plain.js';

/** A letter of a list. */
export function summaryJson({ letter, valueBytes }: LyingLetter) {
  const { id, reason, text, attempts, lastMs, original } = letter;
  const { topic } = original;
  return { id, reason, text, attempts, lastTime: isoTime(lastMs), topic, valueBytes };
}

/** Everything about one letter; `value` has the message to the byte. */
export function letterJson({ letter, writtenMs }: LyingLetter) {
  const { id, reason, text, attempts, host, version, original } = letter;
  return {
    ...{ id, reason, text, attempts },
    firstTime: isoTime(letter.firstMs),
    lastTime: isoTime(letter.lastMs),
    writtenTime: isoTime(writtenMs),
    ...{ host, version },
    topic: original.topic,
    partition: original.partition,
    offset: original.offset,
    time: isoTime(original.timestampMs),
    key: readable(original.key),
    headers: original.headers.map(([name, value]) => ({ name, value: readable(value) })),
    message: decodeMessage(original) ?? null,
    valueBase64: original.value === null ? null : Buffer.from(original.value).toString('base64'),
  };
}
