import { clipIdOfUri } from '../../core/content-id.js';
import { ClipidError } from '../../core/errors.js';
import { validateId, validateUri } from '../../core/field-rules.js';
import { ClipPriority } from '../../gen/clipid/v1/clip.js';
import { ClipSubmitted } from '../../gen/clipid/v1/events.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { kafkaNotes, kafkaTarget, type KafkaFlags } from '../kafka-target.js';
import { uriOf } from '../sources.js';

export interface SendFlags extends KafkaFlags {
  readonly gallery: string;
  readonly clipId?: string;
  readonly priority: 'normal' | 'high';
  readonly json?: boolean;
}

/** One message a clip. Throws FIELD_INVALID before any is sent. */
export async function sendClips(
  context: Context,
  args: readonly string[],
  flags: SendFlags,
): Promise<ExitCode> {
  const { connection, topics } = kafkaTarget(flags);
  const clips = args.map((argument) => clipOf(argument, args.length, flags));
  const { createKafka } = await import('../../ingest/kafka/client.js');
  const { sendMessages } = await import('../../ingest/kafka/send-messages.js');
  const kafka = createKafka(connection, kafkaNotes(context.terminal));
  const messages = clips.map((clip) => {
    return { key: clip.clipId, value: ClipSubmitted.encode(clip).finish() };
  });
  await sendMessages(kafka, topics.clips, messages);
  if (flags.json === true) for (const clip of clips) context.terminal.result(line(clip, topics));
  context.terminal.note(`Sent to ${topics.clips}: ${clips.map(({ clipId }) => clipId).join(', ')}`);
  return EXIT.ok;
}

/** Without an id of its own, the one that the server would derive: so the key can be the id. */
function clipOf(argument: string, count: number, flags: SendFlags): ClipSubmitted {
  if (flags.clipId !== undefined && count > 1) {
    const message = '--clip-id names one clip: send several in several calls.';
    throw new ClipidError('FIELD_INVALID', message, { field: '--clip-id' });
  }
  const uri = validateUri('uri', uriOf(argument));
  const priority = flags.priority === 'high' ? 'CLIP_PRIORITY_HIGH' : 'CLIP_PRIORITY_NORMAL';
  return ClipSubmitted.fromPartial({
    clipId: validateId('--clip-id', flags.clipId ?? clipIdOfUri(uri)),
    uri,
    galleryId: validateId('--gallery', flags.gallery),
    priority: ClipPriority[priority],
  });
}

function line({ clipId, uri }: ClipSubmitted, topics: { readonly clips: string }): string {
  return JSON.stringify({ clip: clipId, uri, topic: topics.clips });
}
