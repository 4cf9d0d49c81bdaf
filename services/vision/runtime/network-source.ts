import type { LoadedBundle } from '../../models/load.js';
import type { ProviderChoice } from './providers.js';
import { VisionWorker } from '../vision-worker.js';

/** Starts vision workers that have their networks somewhere. */
export interface NetworkSource {
  readonly choice: ProviderChoice;
  /** Frames in one vision worker at a time. */
  readonly framesPerWorker: number;
  /** onGone: told once when the worker takes no more frames though nobody closed it. */
  startWorker(onGone: () => void): Promise<VisionWorker>;
  /** To be called once the workers are closed. */
  close(): Promise<void>;
}

/** A frame in work and one that waits beside it, so that a worker never idles between two. */
const LOCAL_FRAMES = 2;

/** On the CPU every worker has the networks itself: measured, that scales best over the cores. */
export class LocalSource implements NetworkSource {
  readonly framesPerWorker = LOCAL_FRAMES;

  constructor(
    private readonly bundle: LoadedBundle,
    private readonly threads: number,
    readonly choice: ProviderChoice,
  ) {}

  startWorker(onGone: () => void): Promise<VisionWorker> {
    const networks = { kind: 'local', threads: this.threads } as const;
    return VisionWorker.start({ bundle: this.bundle, networks }, onGone);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
