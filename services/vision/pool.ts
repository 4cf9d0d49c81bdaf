import { ClipidError } from '../core/errors.js';
import type { RgbFrame } from '../core/types.js';
import { embeddingDimension } from '../core/vectors.js';
import type { LoadedBundle } from '../models/load.js';
import type { FaceVision, FrameAnalysis } from './port.js';
import { postprocessOf } from './postprocess.js';
import type { VisionWorkerData } from './protocol.js';
import { VisionWorker } from './vision-worker.js';

export interface PoolOptions {
  readonly workers: number;
  readonly threadsPerWorker: number;
  /** Told whenever workers died or were replaced: how many can take frames. */
  readonly onAlive?: (alive: number) => void;
}

/** A frame in work and one that waits beside it, so that a worker never idles between two. */
const FRAMES_PER_WORKER = 2;
/** A worker that dies is replaced; one that keeps dying is a broken installation. */
const MOST_RESTARTS = 5;

/** FaceVision over worker threads; each frame goes to the worker with the least to do. */
export class VisionPool implements FaceVision {
  readonly concurrency: number;
  readonly bundleId: string;
  readonly dimension: number;
  private readonly waiting: (() => void)[] = [];
  private restarts = 0;
  private closed = false;

  private constructor(
    private readonly data: VisionWorkerData,
    private workers: VisionWorker[],
    private readonly onAlive: (alive: number) => void,
  ) {
    this.concurrency = workers.length * FRAMES_PER_WORKER;
    this.bundleId = data.bundle.bundleId;
    const { manifest } = data.bundle;
    this.dimension = embeddingDimension(manifest.embedder.dimension, postprocessOf(manifest));
  }

  /** Resolves when every worker has loaded and warmed its networks. Throws BUNDLE_INVALID, MODEL_FAILED. */
  static async start(bundle: LoadedBundle, options: PoolOptions): Promise<VisionPool> {
    const data: VisionWorkerData = { bundle, threads: options.threadsPerWorker };
    const workers = await Promise.all(
      Array.from({ length: options.workers }, () => VisionWorker.start(data)),
    );
    return new VisionPool(data, workers, options.onAlive ?? (() => undefined));
  }

  /** Workers that can take frames; readiness wants at least one. */
  get alive(): number {
    return this.workers.filter((worker) => !worker.isGone).length;
  }

  async analyse(frame: RgbFrame, signal: AbortSignal): Promise<FrameAnalysis> {
    const worker = await this.freeWorker(signal);
    // An abandoned frame keeps its place until the worker is done with it: only then is room.
    return abandonable(this.work(worker, frame), signal);
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.workers.map((worker) => worker.close()));
    for (const wake of this.waiting.splice(0)) wake();
  }

  private async work(worker: VisionWorker, frame: RgbFrame): Promise<FrameAnalysis> {
    try {
      return await worker.analyse(frame);
    } finally {
      await this.replaceDead();
      this.waiting.shift()?.();
    }
  }

  private async freeWorker(signal: AbortSignal): Promise<VisionWorker> {
    try {
      for (;;) {
        const best = this.leastLoaded(signal);
        if (best.load < FRAMES_PER_WORKER) return best;
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

  private async replaceDead(): Promise<void> {
    const dead = this.workers.filter((worker) => worker.isGone);
    if (dead.length === 0 || this.closed) return;
    if (this.restarts >= MOST_RESTARTS) {
      this.onAlive(this.alive);
      return;
    }
    this.restarts += dead.length;
    this.workers = this.workers.filter((worker) => !worker.isGone);
    const started = await Promise.allSettled(dead.map(() => VisionWorker.start(this.data)));
    for (const result of started)
      if (result.status === 'fulfilled') this.workers.push(result.value);
    this.onAlive(this.alive);
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
