import type { MessageHeader, SourceMessage } from '../../../../services/core/source-message.js';
import { ClipSubmitted } from '../../../../services/gen/clipid/v1/events.js';

export const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

export function header(name: string, text: string): MessageHeader {
  return [name, Buffer.from(text)];
}

export const JSON_HEADER = header('content-type', 'application/json');

/** A message that submits a clip; a test names only what it is about. */
export function sourceMessage(change: Partial<SourceMessage> = {}): SourceMessage {
  return {
    topic: 'clipid.clips',
    partition: 3,
    offset: 42,
    timestampMs: 1_790_000_000_123,
    key: null,
    value: submitted(),
    headers: [],
    ...change,
  };
}

/** A ClipSubmitted in binary form. */
export function submitted(change: Partial<ClipSubmitted> = {}): Buffer {
  const clip = { clipId: 'c', galleryId: 'g', uri: 'file:///c.mp4' };
  return Buffer.from(
    ClipSubmitted.encode(ClipSubmitted.fromPartial({ ...clip, ...change })).finish(),
  );
}

/** The same in JSON; a text goes as it is. */
export function inJson(value: unknown, change: Partial<SourceMessage> = {}): SourceMessage {
  const json = typeof value === 'string' ? value : JSON.stringify(value);
  return sourceMessage({ value: Buffer.from(json), headers: [JSON_HEADER], ...change });
}
