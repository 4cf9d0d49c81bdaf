import { ClipidError } from '../../core/errors.js';
import { AppearanceView } from '../../gen/clipid/v1/common.js';
import type { ClipidClient } from '../../search/client.js';
import { appearancesOf } from '../ingest/await-clip.js';
import { ingestAll } from '../ingest/ingest-all.js';
import type { IngestProgress } from '../ingest/ingest-progress.js';
import { demoTrack, type DemoTrack } from './tracks.js';
import type { DemoClip } from './make-clips.js';

/** A clip that was ingested, under its id. */
export interface IngestedClip {
  readonly clip: DemoClip;
  readonly clipId: string;
}

/** Ingests the clips as `clipid ingest` does. Throws when one of them fails. */
export async function ingestClips(
  client: ClipidClient,
  galleryId: string,
  clips: readonly DemoClip[],
  progress: IngestProgress,
  signal: AbortSignal,
): Promise<IngestedClip[]> {
  const paths = clips.map(({ path }) => path);
  const ingested: IngestedClip[] = [];
  progress.start(paths.length);
  try {
    const results = ingestAll(client, paths, { galleryId, signal }, progress.onState);
    for await (const { clipId, source, error } of results) {
      if (error !== undefined) throw new ClipidError('INTERNAL', `${source}: ${error.message}`);
      const clip = clips.find(({ path }) => path === source);
      if (clip !== undefined) ingested.push({ clip, clipId });
    }
  } finally {
    progress.stop();
  }
  return ingested;
}

/** Who is in the clips, with every face of every track. */
export async function tracksOf(
  client: ClipidClient,
  galleryId: string,
  clips: readonly IngestedClip[],
  signal: AbortSignal,
): Promise<DemoTrack[]> {
  const view = AppearanceView.APPEARANCE_VIEW_FULL;
  const lists = clips.map(async ({ clip, clipId }) => {
    const appearances = await appearancesOf(client, { galleryId, clipId }, signal, view);
    return appearances.map((appearance) => demoTrack(clip, appearance));
  });
  return (await Promise.all(lists)).flat();
}

/** What /readyz answers, as its HTTP status. */
export async function readiness(httpAddress: string, signal: AbortSignal): Promise<number> {
  const { status } = await fetch(`http://${httpAddress}/readyz`, { signal });
  return status;
}
