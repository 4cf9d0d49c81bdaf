import { textOf } from '../../ingest/messages/headers.js';
import { LAST_MS } from '../../ingest/messages/origin.js';

/**
 * Text of others for a terminal: on one line, and with everything escaped that could move the cursor,
 * change colours or turn the direction of reading.
 */
export function plain(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped);
}

/** As JSON on one line, or on several with an indent; all characters are harmless to a terminal. */
export function plainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent)
    .split('\n')
    .map((line) => line.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped))
    .join('\n');
}

/** Bytes as text where they are text, and base64 where not; null for none. */
export function readable(bytes: Uint8Array | null): string | { base64: string } | null {
  if (bytes === null) return null;
  return textOf(bytes) ?? { base64: Buffer.from(bytes).toString('base64') };
}

/** ISO 8601, or null for a time that is none. */
export function isoTime(ms: number | null): string | null {
  return ms === null || Math.abs(ms) > LAST_MS ? null : new Date(ms).toISOString();
}

/** In JSON's own way, each unit of UTF-16 for itself. */
function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
