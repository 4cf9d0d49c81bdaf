import { ClipSubmitted } from '../../gen/clipid/v1/events.js';
import { isJson } from '../../ingest/messages/content-type.js';
import { textOf } from '../../ingest/messages/headers.js';
import type { OriginalMessage } from '../../ingest/messages/read-dead-letter.js';
import { decodeWhole } from '../../ingest/messages/strict-reader.js';

const SHOWN_CHARACTERS = 1000;
const SHOWN_BYTES = 256;
const BYTES_A_LINE = 16;

/**
 * The message as a ClipSubmitted in protobuf's JSON form, though it may break every rule of its
 * fields; undefined where it is something else.
 */
export function decodeMessage({ value, headers }: OriginalMessage): unknown {
  if (value === null) return undefined;
  try {
    return isJson(headers) ? parsed(value) : decoded(value);
  } catch {
    return undefined;
  }
}

function parsed(value: Uint8Array): unknown {
  const document: unknown = JSON.parse(Buffer.from(value).toString('utf8'));
  return typeof document === 'object' && document !== null ? document : undefined;
}

/** Many bytes can be read as any message, all as unknown fields: it must be written again as long. */
function decoded(value: Uint8Array): unknown {
  const message = decodeWhole(ClipSubmitted, value);
  const isWhole = ClipSubmitted.encode(message).finish().length === value.length;
  return isWhole && value.length > 0 ? ClipSubmitted.toJSON(message) : undefined;
}

/** The beginning of bytes that mean nothing to us: as text, or as hexadecimal digits. */
export function excerpt(value: Uint8Array): string[] {
  const text = textOf(value);
  if (text !== undefined) return [text.slice(0, SHOWN_CHARACTERS)];
  const bytes = Buffer.from(value.subarray(0, SHOWN_BYTES));
  const lines = Math.ceil(bytes.length / BYTES_A_LINE);
  return Array.from({ length: lines }, (_, i) =>
    hexLine(bytes.subarray(i * BYTES_A_LINE, (i + 1) * BYTES_A_LINE), i * BYTES_A_LINE),
  );
}

/** `0010  68 65 6c 6c 6f  hello` */
function hexLine(bytes: Buffer, offset: number): string {
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const width = BYTES_A_LINE * 3;
  const characters = bytes.toString('latin1').replace(/[^\x20-\x7e]/g, '.');
  return `${offset.toString(16).padStart(4, '0')}  ${digits.padEnd(width)} ${characters}`;
}
