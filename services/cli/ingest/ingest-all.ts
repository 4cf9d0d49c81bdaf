import { toClipidError, type ErrorCode } from '../../core/errors.js';
import { ClipState, type Clip } from '../../gen/clipid/v1/clip.js';
import type { ClipidClient } from '../../search/client.js';
import { mapOrdered } from '../ordered.js';
import { appearancesOf, awaitClip } from './await-clip.js';
import { clipJson, refusedJson, type ClipJson } from './clip-json.js';
import { submitClip, type SubmitSettings } from './submit.js';

/** Clips that are submitted and not printed yet. */
const IN_FLIGHT = 8;

/** Trouble with one clip; any other error is trouble with all of them, and ends the command. */
const OF_THE_CLIP: readonly ErrorCode[] = [
  'FIELD_INVALID',
  'LIMIT_EXCEEDED',
  'URI_FORBIDDEN',
  'CLIP_UNREACHABLE',
  'CLIP_UNREADABLE',
  'CLIP_EMPTY',
  'CLIP_NO_VIDEO',
  'CLIP_NOT_FOUND', // deleted by somebody while we waited
  'CONFLICT',
];

export type OnClipState = (index: number, clip: Clip) => void;

/** Submits every source and yields what became of each, in the order they were named. */
export function ingestAll(
  client: ClipidClient,
  sources: readonly string[],
  settings: SubmitSettings,
  onState: OnClipState,
): AsyncGenerator<ClipJson> {
  return mapOrdered(sources, IN_FLIGHT, (source, index) =>
    ingestOne(client, source, settings, (clip) => onState(index, clip)),
  );
}

async function ingestOne(
  client: ClipidClient,
  source: string,
  settings: SubmitSettings,
  onState: (clip: Clip) => void,
): Promise<ClipJson> {
  try {
    const submitted = await submitClip(client, source, settings);
    const clip = await awaitClip(client, submitted, onState, settings.signal);
    const done = clip.state === ClipState.CLIP_STATE_DONE;
    return clipJson(source, clip, done ? await appearancesOf(client, clip, settings.signal) : []);
  } catch (thrown) {
    const error = toClipidError(thrown);
    if (!OF_THE_CLIP.includes(error.code)) throw error;
    return refusedJson(source, error);
  }
}
