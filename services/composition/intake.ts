import { toClipidError, type ClipidError } from '../core/errors.js';
import type { ClipJob } from '../core/types.js';
import type { ExtractProgress } from '../extract/extract-clip.js';
import type { ClipRow, GalleryStore } from '../gallery/port.js';
import type { Announcer } from '../identify/ports-in.js';
import { ClipRunner } from '../ingest/clip-runner.js';
import { takeFile } from '../ingest/take-file.js';
import { FolderWatch } from '../ingest/watch-folder.js';
import type { Logger } from '../ops/port.js';
import type { Parts } from './application.js';
import type { ClipMeter } from './clip-meter.js';
import type { ServiceOptions, ServiceProgress } from './service-options.js';
import type { Surroundings } from './capabilities.js';

export interface IntakeOptions extends Pick<ServiceOptions, 'config' | 'onProgress'> {
  readonly announcer: Announcer;
  readonly meter: ClipMeter;
  readonly onFailed: (error: ClipidError) => void;
  readonly onChanged: (clip: ClipRow) => void;
}

/** The queue of clips and the lanes that work it off. Not started yet. */
export function makeIntake(
  options: IntakeOptions,
  { extractor, identifier, events }: Parts,
  store: GalleryStore,
  { health, lifecycle }: Surroundings,
): ClipRunner {
  const { config, announcer, meter, onChanged } = options;
  const { clipConcurrency: concurrency, maxAttempts, graceSeconds } = config;
  const state = health.component('intake');
  const runner = new ClipRunner(
    {
      store,
      extract: (clip, signal) =>
        extractor.fromJob(clip, signal, (progress) => {
          meter.frame(progress);
          options.onProgress?.(progressOf(clip, progress));
        }),
      identify: (tracks) => identifier.identify(tracks),
      announcer,
      onChanged,
      onStopped: (error) => {
        state.notReady(error.message);
        options.onFailed(error);
      },
      now: Date.now,
    },
    { concurrency, maxAttempts, graceMs: graceSeconds * 1000 },
  );
  events.onChange((clip) => {
    if (clip.state === 'QUEUED') runner.wake();
  });
  lifecycle.add('clip events', events, (one) => one.close());
  lifecycle.add('intake', runner, (one) => one.close());
  state.ready();
  return runner;
}

function progressOf(
  { galleryId, clipId, uri }: ClipJob,
  { timestampMs, durationMs, faceCount }: ExtractProgress,
): ServiceProgress {
  return { galleryId, clipId, uri, timestampMs, durationMs, faceCount };
}

/** Files of the folder are submitted as any other clip: through the same durable queue. */
export function watchFolder(
  folder: string,
  galleryId: string,
  { application }: Parts,
  lifecycle: Surroundings['lifecycle'],
  logger: Logger,
): void {
  const onError = (path: string, err: unknown): void =>
    logger.warn({ path, code: toClipidError(err).code, err }, 'a file was not taken in');
  const watch = FolderWatch.start(
    { folder, galleryId },
    {
      submit: async (file) => {
        const known = await takeFile(application.clips, file);
        logger.info(
          { clip: known.clipId, gallery: galleryId, state: known.state },
          'file taken in',
        );
      },
      onError,
    },
  );
  lifecycle.add('watched folder', watch, (one) => one.close());
}
