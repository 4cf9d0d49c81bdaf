import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config.js';
import { GalleryIndexes } from '../gallery/gallery-index.js';
import { HnswIndexFactory } from '../gallery/index/hnsw-index.js';
import { openStore, type OpenStore } from '../gallery/store/open-store.js';
import type { Lifecycle } from '../lifecycle.js';
import type { LoadedBundle } from '../models/load.js';
import { untrainedParts } from '../models/manifest.js';
import { openBundle, refuseUntrained } from '../models/open-bundle.js';
import type { Health } from '../ops/health.js';
import type { Logger, Metrics } from '../ops/port.js';
import { createVideo, type Video } from '../video/create-video.js';
import type { FetchPolicy } from '../video/fetch-policy.js';
import { VisionPool } from '../vision/pool.js';

/** Emptied at every start: a name that nobody else gives to a folder of theirs. */
const TEMPORARY_FOLDER = '.clipid-temporary';

/** What the first stage needs. */
export interface ExtractCapabilities {
  readonly bundle: LoadedBundle;
  readonly vision: VisionPool;
  readonly video: Video;
  /** Empty at the start; for what must not outlive the process. */
  readonly temporaryFolder: string;
}

/** The adapters of a process that keeps something, each behind its port from here on. */
export interface Capabilities extends ExtractCapabilities {
  readonly store: OpenStore;
  readonly indexes: GalleryIndexes;
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
  metrics: Metrics,
  around: Surroundings,
): Promise<Capabilities> {
  const { health, lifecycle, logger } = around;
  const storeState = health.component('store');
  const store = lifecycle.add('store', openStore(resolve(config.data)), (one) => one.close());
  storeState.ready();
  const indexes = startIndexes(store, lifecycle, logger);
  const temporaryFolder = await emptyFolder(join(resolve(config.data), TEMPORARY_FOLDER));
  const extract = await startExtractCapabilities(config, policy, temporaryFolder, metrics, around);
  return { store, indexes, ...extract };
}

/** Throws BUNDLE_INVALID, MODEL_FAILED, TOOL_MISSING. */
export async function startExtractCapabilities(
  config: Config,
  policy: FetchPolicy,
  temporaryFolder: string,
  metrics: Metrics,
  { health, lifecycle, logger }: Surroundings,
): Promise<ExtractCapabilities> {
  const state = health.component('models');
  const video = await startVideo(config, policy, temporaryFolder, logger);
  const bundle = await openTrainedBundle(config, logger);
  const vision = await startVision(config, bundle, metrics, state);
  logger.info({ ...vision.provider, bundle: bundle.bundleId }, 'networks are ready');
  lifecycle.add('vision', vision, (pool) => pool.close());
  state.ready();
  return { bundle, vision, video, temporaryFolder };
}

function startIndexes(store: OpenStore, lifecycle: Lifecycle, logger: Logger): GalleryIndexes {
  const indexes = new GalleryIndexes(store, new HnswIndexFactory(), {
    onLost: (gallery, err) =>
      logger.error({ gallery, err }, 'an index was lost and is built anew when it is next used'),
  });
  return lifecycle.add('indexes', indexes, (one) => one.close());
}

/** A bundle with weights from a seed is not to run unnoticed. */
async function openTrainedBundle(config: Config, logger: Logger): Promise<LoadedBundle> {
  const bundle = await openBundle(config);
  refuseUntrained(bundle, config.allowUntrained);
  const untrained = untrainedParts(bundle.manifest);
  if (untrained.length === 0) return bundle;
  const facts = { bundle: bundle.bundleId, untrained };
  logger.warn(facts, 'weights come from a seed: what is found is chance');
  return bundle;
}

async function startVision(
  config: Config,
  bundle: LoadedBundle,
  metrics: Metrics,
  state: ReturnType<Health['component']>,
): Promise<VisionPool> {
  const vision = await VisionPool.start(bundle, {
    workers: config.visionWorkers,
    threadsPerWorker: 1,
    provider: config.provider,
    deviceIds: config.gpus,
    batch: { sizes: config.batchSizes, maxWaitMs: config.batchWaitMs },
    onBatch: ({ network, size, blank, waitedMs }) =>
      metrics.batchRun(network, size - blank, waitedMs),
    onAlive: (alive) => {
      if (alive > 0) state.ready();
      else state.notReady('no vision worker is alive; restart the process');
    },
  });
  metrics.setProvider(vision.provider.provider, vision.provider.reason);
  return vision;
}

/** Pictures and clips that a killed process left there are of people: they go at the next start. */
async function emptyFolder(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

async function startVideo(
  config: Config,
  policy: FetchPolicy,
  temporaryFolder: string,
  logger: Logger,
): Promise<Video> {
  const { ffmpeg, ffprobe } = config;
  const video = await createVideo({
    policy,
    temporaryFolder,
    tools: { ...(ffmpeg && { ffmpegPath: ffmpeg }), ...(ffprobe && { ffprobePath: ffprobe }) },
    limits: { maxDurationMs: config.maxClipSeconds * 1000 },
  });
  // An old program from a package keeps the first run going; that it is used must not go unseen.
  for (const notice of video.tools.notices) logger.warn({ tools: video.tools }, notice);
  return video;
}
