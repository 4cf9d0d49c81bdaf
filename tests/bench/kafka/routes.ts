import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { Settings } from '../../../services/config.js';
import { connect, type ClipidClient } from '../../../services/search/client.js';
import type { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import type { ClipEnds } from './clip-ends.js';

const GALLERY = 'default';

/** A clip under an id that was never used before: so the same file is worked on again. */
export interface NamedClip {
  readonly galleryId: string;
  readonly clipId: string;
  readonly uri: string;
}

export function namedClips(paths: readonly string[], count: number): NamedClip[] {
  return Array.from({ length: count }, (_, i) => ({
    galleryId: GALLERY,
    clipId: randomUUID(),
    uri: pathToFileURL(paths[i % paths.length] ?? '').href,
  }));
}

/** A way for clips into the service and for the news of them out of it. */
export interface Route {
  /** What the service must be started with. */
  readonly settings: Settings;
  /** Resolves once whoever sent them knows that all are at their end. */
  ingest(address: string, clips: readonly NamedClip[]): Promise<void>;
}

export const BY_CALLS: Route = {
  settings: {},
  ingest: (address, clips) =>
    withClient(address, async (client) => {
      await Promise.all(clips.map((clip) => client.clips.submitClip(clip)));
      await Promise.all(clips.map((clip) => waitFor(client, clip)));
    }),
};

export function overKafka(topics: ClipTopics, ends: ClipEnds): Route {
  return {
    settings: topics.settings,
    ingest: async (_address, clips) => {
      await topics.submit(clips);
      await ends.of(clips.map(({ clipId }) => clipId));
    },
  };
}

async function waitFor(client: ClipidClient, { galleryId, clipId }: NamedClip): Promise<void> {
  const { clip } = await client.clips.waitClip({ galleryId, clipId, timeout: { seconds: 170 } });
  if (clip?.error !== undefined) throw new Error(`clip ${clipId}: ${clip.error.message}`);
}

async function withClient(
  address: string,
  work: (client: ClipidClient) => Promise<void>,
): Promise<void> {
  const client = connect(address, { deadlineMs: 180_000 });
  try {
    await work(client);
  } finally {
    client.close();
  }
}
