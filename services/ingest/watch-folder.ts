import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { watch, type FSWatcher } from 'chokidar';
import { clipIdOfFile } from '../core/content-id.js';
import { ClipidError, toClipidError } from '../core/errors.js';
import type { FileClip } from './take-file.js';

export interface WatchOptions {
  readonly folder: string;
  readonly galleryId: string;
  /** A file counts as complete when it has not grown for this long. */
  readonly settleMs?: number;
}

export interface WatchDeps {
  readonly submit: (file: FileClip) => Promise<void>;
  /** A file that could not be submitted; it is tried again when it changes or at the next start. */
  readonly onError: (path: string, error: ClipidError) => void;
}

const DEFAULT_SETTLE_MS = 2000;

/**
 * Submits every file of a folder, those that are there and those that come. The clip's id is its
 * content, so a restart submits nothing twice.
 */
export class FolderWatch {
  private readonly stop = new AbortController();
  /** Files are read one after the other: a full folder must not open thousands at once. */
  private queue = Promise.resolve();
  /** chokidar waits for files to be complete only once it is ready. */
  private isReady = false;

  private constructor(
    private readonly watcher: FSWatcher,
    private readonly options: WatchOptions,
    private readonly deps: WatchDeps,
  ) {
    watcher.on('add', (path) => (this.isReady ? this.enqueue(path) : void this.found(path)));
    watcher.on('ready', () => (this.isReady = true));
    watcher.on('change', (path) => this.enqueue(path));
    watcher.on('error', (thrown) => deps.onError(options.folder, toClipidError(thrown)));
  }

  static start(options: WatchOptions, deps: WatchDeps): FolderWatch {
    const folder = resolve(options.folder);
    const watcher = watch(folder, {
      ignored: (path) => path !== folder && basename(path).startsWith('.'),
      followSymlinks: false,
      awaitWriteFinish: {
        stabilityThreshold: options.settleMs ?? DEFAULT_SETTLE_MS,
        pollInterval: 200,
      },
    });
    return new FolderWatch(watcher, options, deps);
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.watcher.close();
    await this.queue;
  }

  /** A file that was there at the start: it may be in the middle of being copied. */
  private async found(path: string): Promise<void> {
    const settleMs = this.options.settleMs ?? DEFAULT_SETTLE_MS;
    const facts = await stat(path).catch(() => undefined);
    if (facts === undefined || this.stopped()) return;
    // A clock that is far off, as of another machine's disk, must not hold a file back for ever.
    if (Math.abs(Date.now() - facts.ctimeMs) >= settleMs) this.enqueue(path);
    else setTimeout(() => void this.found(path), settleMs).unref();
  }

  private enqueue(path: string): void {
    this.queue = this.queue.then(() => this.submit(path));
  }

  private async submit(path: string): Promise<void> {
    if (this.stopped()) return;
    try {
      await checkRegular(path);
      const clipId = await clipIdOfFile(path, this.stop.signal);
      await this.deps.submit({
        galleryId: this.options.galleryId,
        clipId,
        uri: pathToFileURL(path).href,
      });
    } catch (thrown) {
      if (!this.stopped()) this.deps.onError(path, toClipidError(thrown));
    }
  }

  private stopped(): boolean {
    return this.stop.signal.aborted;
  }
}

/** Reading a pipe or a device might never end, and every file behind it would wait. */
async function checkRegular(path: string): Promise<void> {
  if ((await stat(path)).isFile()) return;
  throw new ClipidError('URI_FORBIDDEN', 'A clip must be a regular file.', { field: 'uri' });
}
