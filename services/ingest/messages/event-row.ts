import type { MessageHeader } from '../../core/source-message.js';
import type { ClipRow, OutboxRow, OutboxTopic } from '../../gallery/port.js';
import { BINARY_HEADER } from './content-type.js';
import { textHeader } from './headers.js';
import { traceHeaders } from './trace.js';

/** An event of a clip on its way out: its key is the clip's id, so a clip's events stay in order. */
export function eventRow(
  topic: OutboxTopic,
  clip: ClipRow,
  eventId: string,
  payload: Uint8Array,
): OutboxRow {
  const { clipId, updatedMs: createdMs } = clip;
  const headers = [BINARY_HEADER, textHeader('clipid-event-id', eventId), ...traceOfClip(clip)];
  return { eventId, topic, key: Buffer.from(clipId), payload, headers, createdMs };
}

function traceOfClip({ traceparent, tracestate }: ClipRow): MessageHeader[] {
  return traceparent === null ? [] : traceHeaders({ traceparent, tracestate });
}
