import type { MessageHeader } from '../../core/source-message.js';
import { lastHeader, textHeader, textOf } from './headers.js';
import { messageInvalid } from './invalid.js';

const NAME = 'content-type';
const BINARY = 'application/x-protobuf';
const JSON_FORM = 'application/json';
const SHOWN_CHARACTERS = 64;

export const BINARY_HEADER: MessageHeader = textHeader(NAME, BINARY);

/**
 * Whether a message is in protobuf's JSON form; without a header it is in the binary one. Parameters
 * are passed over: JSON is UTF-8 whatever they say. Throws MESSAGE_INVALID for any other type.
 */
export function isJson(headers: readonly MessageHeader[]): boolean {
  const value = lastHeader(headers, NAME);
  if (value === undefined) return false;
  const mediaType = textOf(value)?.split(';')[0]?.trim().toLowerCase();
  if (mediaType === BINARY || mediaType === JSON_FORM) return mediaType === JSON_FORM;
  throw messageInvalid(
    `The header ${NAME} is ${shown(value)}: send ${BINARY}, ${JSON_FORM}, or no such header.`,
  );
}

/** In quotes, with what cannot be printed escaped. */
function shown(value: Uint8Array): string {
  const text = textOf(value);
  return text === undefined ? 'not UTF-8' : JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
}
