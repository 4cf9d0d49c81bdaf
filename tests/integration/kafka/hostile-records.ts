import type { MessageHeader } from '../../../services/core/source-message.js';
import { ClipSubmitted } from '../../../services/gen/clipid/v1/events.js';
import { mutated, randomBytes } from '../../unit/ingest/messages/mutate.js';

export interface HostileRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly MessageHeader[];
}

type Random = () => number;
const IN_JSON: MessageHeader = ['content-type', Buffer.from('application/json')];
const LARGE_KEY_BYTES = 100_000;
const LARGE_VALUE_BYTES = 900_000;

/** Well formed, but for a host that nobody allowed. */
function submission(number: number): ClipSubmitted {
  const uri = `http://forbidden.example/${number}.mp4`;
  return ClipSubmitted.fromPartial({ clipId: `bad-${number}`, uri, galleryId: 'default' });
}

function binary(number: number): Buffer {
  return Buffer.from(ClipSubmitted.encode(submission(number)).finish());
}

function json(number: number): Buffer {
  return Buffer.from(JSON.stringify(ClipSubmitted.toJSON(submission(number))));
}

/** What JSON can be made to do: depth, numbers, names, repetition. */
function bomb(number: number): Buffer {
  const uri = `"uri":"http://forbidden.example/bomb-${number}","galleryId":"default"`;
  const texts = [
    '['.repeat(200_000),
    '{"metadata":'.repeat(20_000),
    `{${uri},"metadata":{"a":${'['.repeat(5000)}${']'.repeat(5000)}}}`,
    `{${uri},"metadata":{"a":1e400,"__proto__":{"polluted":true}}}`,
    `{"__proto__":{"uri":"file:///etc/passwd"},"constructor":{"prototype":{"polluted":true}}}`,
    `{${uri},${'"clipId":"x",'.repeat(10_000)}"clipId":"y"`,
    `{"uri":"${'\\u0000'.repeat(20_000)}"}`,
    `"${'x'.repeat(250_000)}"`,
  ];
  return Buffer.from(texts[number % texts.length] ?? '');
}

function hostileHeaders(random: Random): MessageHeader[] {
  const names = [
    ...['__proto__', 'constructor', 'toString', '', 'content-type', 'traceparent', 'tracestate'],
    ...['clipid-origin', 'clipid-attempts', 'clipid-not-before', 'clipid-unreadable', '\u{1f600}'],
  ];
  return Array.from({ length: Math.floor(random() * 8) }, (): MessageHeader => {
    const name = names[Math.floor(random() * names.length)] ?? '';
    return [name, randomBytes(Math.floor(random() * 40), random)];
  });
}

function valueOf(number: number, random: Random): Pick<HostileRecord, 'value' | 'headers'> {
  const plain = (value: Buffer | null) => ({ value, headers: hostileHeaders(random) });
  const asJson = (value: Buffer) => ({ value, headers: [...hostileHeaders(random), IN_JSON] });
  const bytes = (value: Uint8Array) => Buffer.from(value);
  switch (number % 10) {
    case 0:
      return plain(random() < 0.5 ? null : Buffer.of());
    case 1:
      return { value: binary(number), headers: [] };
    case 2:
      return { value: json(number), headers: [IN_JSON] };
    case 3:
      return asJson(bomb(Math.floor(number / 10)));
    case 4:
    case 5:
      return asJson(bytes(mutated(json(number), random)));
    case 6:
      return plain(bytes(randomBytes(Math.floor(random() * 3000), random)));
    default:
      return plain(bytes(mutated(binary(number), random)));
  }
}

/** None of them may be worked on; each of them is another one. */
export function hostileRecord(number: number, random: Random): HostileRecord {
  const { value, headers } = valueOf(number, random);
  if (number % 97 === 0)
    return { key: null, value: Buffer.alloc(LARGE_VALUE_BYTES, number), headers };
  if (number % 31 === 0) return { key: Buffer.alloc(LARGE_KEY_BYTES, 'k'), value, headers };
  const key = random() < 0.3 ? null : Buffer.from(randomBytes(Math.floor(random() * 30), random));
  return { key, value, headers };
}
