import { ClipState, type Clip } from '../../gen/clipid/v1/clip.js';
import { AppearanceView, type Appearance } from '../../gen/clipid/v1/common.js';
import type { ClipidClient } from '../../search/client.js';
import { allItems, allPages } from '../paging.js';

/** One wait of many: short enough for the shown state to be fresh. */
const WAIT_SECONDS = 5;
const DEADLINE_MS = 30_000;
const FINAL: readonly ClipState[] = [ClipState.CLIP_STATE_DONE, ClipState.CLIP_STATE_FAILED];

/** Waits until the clip is DONE or FAILED; `onState` hears of every state that is seen on the way. */
export async function awaitClip(
  client: ClipidClient,
  submitted: Clip,
  onState: (clip: Clip) => void,
  signal: AbortSignal,
): Promise<Clip> {
  let clip = submitted;
  for (;;) {
    onState(clip);
    if (FINAL.includes(clip.state)) return clip;
    const { galleryId, clipId } = clip;
    const request = { galleryId, clipId, timeout: { seconds: WAIT_SECONDS } };
    const response = await client.clips.waitClip(request, { deadlineMs: DEADLINE_MS, signal });
    clip = response.clip ?? clip;
  }
}

/** Who was seen in a clip, in order of track. */
export function appearancesOf(
  client: ClipidClient,
  { galleryId, clipId }: Pick<Clip, 'galleryId' | 'clipId'>,
  signal: AbortSignal,
  view: AppearanceView = AppearanceView.APPEARANCE_VIEW_BASIC,
): Promise<Appearance[]> {
  const fetchPage = (page: { pageSize: number; pageToken: string }) =>
    client.clips.listAppearances({ galleryId, clipId, view, ...page }, { signal });
  return allItems(allPages(fetchPage, (response) => response.appearances));
}
