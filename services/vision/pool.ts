import { ClipidError, toClipidError } from '../core/errors.js';
import type { RgbFrame } from '../core/types.js';
import { embeddingDimension } from '../core/vectors.js';
import type { LoadedBundle } from '../models/load.js';
import { qualityKindOf } from '../models/manifest.js';
import type { NetworkSource } from './runtime/network-source.js';
import type { FaceVision, FrameAnalysis } from './port.js';
import { postprocessOf } from './postprocess.js';
import type { ProviderChoice } from './runtime/providers.js';
import { type SourceOptions, startSource } from './runtime/start-source.js';
import type { VisionWorker } from './vision-worker.js';

export interface PoolOptions extends SourceOptions {
  /** Told whenever workers died or were replaced: how many can take frames. */
  readonly onAlive?: (alive: number) => void;
}

/** Workers that die are replaced; if that goes on, it is a broken installation. */
const MOST_RESTARTS = 5;

/** FaceVision over worker threads; each frame goes to the worker with the least to do. */
export class VisionPool implements FaceVision {
  readonly concurrency: number;
  readonly bundleId: string;
  readonly dimension: number;
  readonly qualityKind: string;
  /** What the networks run on, and why. */
  readonly provider: ProviderChoice;
  private readonly waiting: (() => void)[] = [];
  private workers: VisionWorker[] = [];
  private replacing: Promise<void> | null = null;
  private restarts = 0;
  private isOpen = false;
  private closed = false;

  private constructor(
    bundle: LoadedBundle,
    private readonly source: NetworkSource,
    private readonly size: number,
    private readonly onAlive: (alive: number) => void,
  ) {
    this.concurrency = size * source.framesPerWorker;
    const { bundleId, manifest } = bundle;
    this.bundleId = bundleId;
    this.qualityKind = qualityKindOf(manifest);
    this.dimension = embeddingDimension(manifest.embedder.dimension, postprocessOf(manifest));
    this.provider = source.choice;
  }

  /**
   * Resolves when every worker has loaded and warmed its networks. Throws TOOL_MISSING when the
   * provider that was asked for cannot be had, BUNDLE_INVALID, MODEL_FAILED.
   */
  static async start(bundle: LoadedBundle, options: PoolOptions): Promise<VisionPool> {
    const source = await startSource(bundle, options);
    const onAlive = options.onAlive ?? (() => undefined);
    const pool = new VisionPool(bundle, source, options.workers, onAlive);
    const [failure] = await pool.startWorkers(options.workers);
    if (failure === undefined) return pool.open();
    await pool.close();
    throw toClipidError(failure.reason);
  }

  /** Workers that can take frames; readiness wants at least one. */
  get alive(): number {
    return this.workers.filter((worker) => !worker.isGone).length;
  }

  async analyse(frame: RgbFrame, signal: AbortSignal): Promise<FrameAnalysis> {
    const { analysis } = await this.place(frame, signal);
    // An abandoned frame keeps its place until the worker is done with it: only then is room.
    return abandonable(analysis, signal);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.replacing;
    await Promise.all(this.workers.map((worker) => worker.close()));
    await this.source.close();
    for (const wake of this.waiting.splice(0)) wake();
  }

  private async work(worker: VisionWorker, frame: RgbFrame): Promise<FrameAnalysis> {
    try {
      return await worker.analyse(frame);
    } finally {
      this.waiting.shift()?.();
    }
  }

  /** Gives the frame to a worker with room; choosing is one step with giving, so no place goes twice. */
  private async place(
    frame: RgbFrame,
    signal: AbortSignal,
  ): Promise<{ analysis: Promise<FrameAnalysis> }> {
    try {
      for (;;) {
        const { replacing } = this;
        if (this.alive === 0 && replacing) await abandonable(replacing, signal);
        const best = this.leastLoaded(signal);
        if (best.load < this.source.framesPerWorker) return { analysis: this.work(best, frame) };
        await this.turn(signal);
      }
    } catch (thrown) {
      this.waiting.shift()?.(); // It was perhaps this one's turn: it is the next one's now.
      throw thrown;
    }
  }

  private leastLoaded(signal: AbortSignal): VisionWorker {
    signal.throwIfAborted();
    if (this.closed) throw new ClipidError('UNAVAILABLE', 'The vision workers are shut down.');
    const [best] = this.workers.filter((one) => !one.isGone).sort((a, b) => a.load - b.load);
    if (best === undefined) throw new ClipidError('MODEL_FAILED', 'No vision worker is alive.');
    return best;
  }

  /** Resolves when a worker may have room, or the signal has ended the wait. */
  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(wake), 1);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(wake);
    });
  }

  /** From here on workers that die are replaced; one may have died while others were starting. */
  private open(): this {
    this.isOpen = true;
    if (this.alive < this.size) this.workerDied();
    return this;
  }

  /** Workers that died are started anew; those that die meanwhile after them. */
  private workerDied(): void {
    if (!this.isOpen) return;
    this.onAlive(this.alive);
    this.replacing ??= this.replaceDead().finally(() => (this.replacing = null));
  }

  private async replaceDead(): Promise<void> {
    while (this.alive < this.size && this.restarts < MOST_RESTARTS && !this.closed) {
      this.restarts += 1;
      this.workers = this.workers.filter((worker) => !worker.isGone);
      await this.startWorkers(this.size - this.workers.length);
      this.onAlive(this.alive);
      for (const wake of this.waiting.splice(0)) wake();
    }
  }

  /** What went wrong with those that could not be started. */
  private async startWorkers(count: number): Promise<PromiseRejectedResult[]> {
    const starts = Array.from({ length: count }, () =>
      this.source.startWorker(() => this.workerDied()),
    );
    const results = await Promise.allSettled(starts);
    for (const result of results)
      if (result.status === 'fulfilled') this.workers.push(result.value);
    return results.filter((result) => result.status === 'rejected');
  }
}

/** The result, or the signal's reason at once; the worker's answer then is dropped. */
function abandonable<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new ClipidError('CANCELLED', 'The work was cancelled.'));
    signal.addEventListener('abort', onAbort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
