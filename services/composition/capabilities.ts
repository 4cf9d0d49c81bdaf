import { join, resolve } from 'node:path';
import type { Config } from '../config.js';
import { GalleryIndexes } from '../gallery/gallery-index.js';
import { HnswIndexFactory } from '../gallery/index/hnsw-index.js';
import { openStore, type OpenStore } from '../gallery/store/open-store.js';
import type { Lifecycle } from '../lifecycle.js';
import type { LoadedBundle } from '../models/load.js';
import { prepareDefaultBundle } from '../models/prepare.js';
import type { Health } from '../ops/health.js';
import type { Logger } from '../ops/port.js';
import { createVideo, type Video } from '../video/create-video.js';
import type { FetchPolicy } from '../video/fetch-policy.js';
import { VisionPool } from '../vision/pool.js';

/** The adapters of a process, each behind its port from here on. */
export interface Capabilities {
  readonly store: OpenStore;
  readonly indexes: GalleryIndexes;
  readonly bundle: LoadedBundle;
  readonly vision: VisionPool;
  readonly video: Video;
}

export interface Surroundings {
  readonly health: Health;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
}

/**
 * Opens the store first: if another process holds the folder, nothing else need be started.
 * Throws DATA_LOCKED, STORE_FAILED, BUNDLE_INVALID, MODEL_FAILED, TOOL_MISSING.
 */
export async function startCapabilities(
  config: Config,
  policy: FetchPolicy,
  { health, lifecycle, logger }: Surroundings,
): Promise<Capabilities> {
  const [storeState, modelState] = [health.component('store'), health.component('models')];
  const store = lifecycle.add('store', openStore(resolve(config.data)), (one) => one.close());
  storeState.ready();
  const indexes = startIndexes(store, lifecycle, logger);
  const video = await startVideo(config, policy, logger);
  const bundle = await prepareDefaultBundle(join(resolve(config.models), 'default'));
  const vision = await VisionPool.start(bundle, {
    workers: config.visionWorkers,
    threadsPerWorker: 1,
  });
  lifecycle.add('vision', vision, (pool) => pool.close());
  modelState.ready();
  return { store, indexes, bundle, vision, video };
}

function startIndexes(store: OpenStore, lifecycle: Lifecycle, logger: Logger): GalleryIndexes {
  const indexes = new GalleryIndexes(store, new HnswIndexFactory(), {
    onLost: (gallery, err) =>
      logger.error({ gallery, err }, 'an index was lost and is built anew when it is next used'),
  });
  return lifecycle.add('indexes', indexes, (one) => one.close());
}

async function startVideo(config: Config, policy: FetchPolicy, logger: Logger): Promise<Video> {
  const { ffmpeg, ffprobe } = config;
  const video = await createVideo({
    policy,
    tools: { ...(ffmpeg && { ffmpegPath: ffmpeg }), ...(ffprobe && { ffprobePath: ffprobe }) },
    limits: { maxDurationMs: config.maxClipSeconds * 1000 },
  });
  // An old program from a package keeps the first run going; that it is used must not go unseen.
  for (const notice of video.tools.notices) logger.warn({ tools: video.tools }, notice);
  return video;
}
