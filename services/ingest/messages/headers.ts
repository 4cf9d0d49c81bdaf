import type { MessageHeader } from '../../core/source-message.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text; undefined where they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * The value of a header, whose name is given in lower case and may have come in any. Of a name that
 * comes twice it is the last one, as Kafka's own clients have it. Undefined where there is none.
 */
export function lastHeader(
  headers: readonly MessageHeader[],
  name: string,
): Uint8Array | undefined {
  return headers.findLast(([candidate]) => candidate.toLowerCase() === name)?.[1];
}

export function textHeader(name: string, text: string): MessageHeader {
  return [name, Buffer.from(text)];
}
