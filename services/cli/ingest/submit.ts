import { setTimeout as sleep } from 'node:timers/promises';
import { clipIdOfFile } from '../../core/content-id.js';
import { ClipidError } from '../../core/errors.js';
import { ClipState, type Clip } from '../../gen/clipid/v1/clip.js';
import type { ClipidClient } from '../../search/client.js';
import { isUri, sizeOf, unreachable, uriOf } from '../sources.js';

export interface SubmitSettings {
  readonly galleryId: string;
  readonly framesPerSecond?: number;
  readonly signal: AbortSignal;
}

const OVERLOADED_TRIES = 60;
const OVERLOADED_WAIT_MS = 1000;

/**
 * Submits one file or uri. A file's id is its content, so a file that was moved is the clip it was:
 * the server then knows the id with another uri, and answers CONFLICT.
 */
export async function submitClip(
  client: ClipidClient,
  source: string,
  settings: SubmitSettings,
): Promise<Clip> {
  const { galleryId, framesPerSecond, signal } = settings;
  const clipId = isUri(source) ? '' : await idOf(source, signal);
  const request = {
    galleryId,
    clipId,
    uri: uriOf(source),
    ...(framesPerSecond === undefined ? {} : { sampling: { framesPerSecond } }),
  };
  const submit = async (): Promise<Clip> =>
    present((await client.clips.submitClip(request, { signal })).clip);
  try {
    return await patiently(submit, signal);
  } catch (error) {
    if (clipId === '' || !isCode(error, 'CONFLICT')) throw error;
    return await takeMoved(client, { galleryId, clipId }, submit, signal);
  }
}

async function idOf(path: string, signal: AbortSignal): Promise<string> {
  await sizeOf(path);
  try {
    return await clipIdOfFile(path, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(path, error);
  }
}

/** The clip as it was ingested from its old place; one that failed there is begun anew from here. */
async function takeMoved(
  client: ClipidClient,
  name: { galleryId: string; clipId: string },
  submit: () => Promise<Clip>,
  signal: AbortSignal,
): Promise<Clip> {
  const known = present((await client.clips.getClip(name, { signal })).clip);
  if (known.state !== ClipState.CLIP_STATE_FAILED) return known;
  await client.clips.deleteClip(name, { signal });
  return submit();
}

/** A full queue empties by itself: waits for it, within bounds. */
async function patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let left = OVERLOADED_TRIES; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left <= 1 || !isCode(error, 'OVERLOADED')) throw error;
      await sleep(OVERLOADED_WAIT_MS, undefined, { signal });
    }
  }
}

function present(clip: Clip | undefined): Clip {
  if (clip === undefined) throw new ClipidError('INTERNAL', 'The server answered without a clip.');
  return clip;
}

function isCode(error: unknown, code: ClipidError['code']): boolean {
  return error instanceof ClipidError && error.code === code;
}
