import type { Worker } from 'node:worker_threads';
import { ClipidError } from '../core/errors.js';
import { startWorker } from '../core/worker-url.js';
import type { RgbFrame } from '../core/types.js';
import { errorOf } from './failure.js';
import type { FrameAnalysis } from './port.js';
import type { AnalyseRequest, VisionReply, VisionRequest, VisionWorkerData } from './protocol.js';
import { endsWithin } from '../core/thread-end.js';

interface Pending {
  readonly resolve: (analysis: FrameAnalysis) => void;
  readonly reject: (error: ClipidError) => void;
}

/** Far longer than one frame takes. */
const CLOSE_TIMEOUT_MS = 20_000;

/** The main thread's end of one vision worker. */
export class VisionWorker {
  private readonly pending = new Map<number, Pending>();
  private readonly worker: Worker;
  private nextId = 0;
  /** Takes no more frames: closed, dead or dying. */
  private gone = false;
  /** The thread is no more. */
  private ended = false;

  private onGone: () => void = () => undefined;

  private constructor(data: VisionWorkerData) {
    const transferList = data.networks.kind === 'device' ? [data.networks.port] : [];
    const options = { workerData: data, transferList, name: 'vision' };
    this.worker = startWorker(import.meta.url, 'worker', options);
    this.worker.on('error', (cause) => this.fail('A vision worker died.', cause));
    this.worker.on('exit', () => {
      this.ended = true;
      this.fail('A vision worker ended.');
    });
  }

  /**
   * Resolves when the networks are loaded and warm. onGone: told once when it takes no more frames
   * though nobody closed it. Throws BUNDLE_INVALID, MODEL_FAILED.
   */
  static async start(
    data: VisionWorkerData,
    onGone: () => void = () => undefined,
  ): Promise<VisionWorker> {
    const one = new VisionWorker(data);
    try {
      await one.ready();
    } catch (thrown) {
      await one.close();
      throw thrown;
    }
    one.worker.on('message', (reply: VisionReply) => one.settle(reply));
    one.onGone = onGone;
    return one;
  }

  get load(): number {
    return this.pending.size;
  }

  get isGone(): boolean {
    return this.gone;
  }

  /** The frame's buffer moves to the worker. */
  analyse(frame: RgbFrame): Promise<FrameAnalysis> {
    if (this.gone)
      return Promise.reject(new ClipidError('MODEL_FAILED', 'The vision worker is gone.'));
    const request: AnalyseRequest = { id: this.nextId++, frame };
    return new Promise((resolve, reject) => {
      this.pending.set(request.id, { resolve, reject });
      this.worker.postMessage(request, [frame.pixels.buffer as ArrayBuffer]);
    });
  }

  /**
   * Ends the thread after the frame in work. Ending it inside a run would abort the whole process
   * (onnxruntime's native code throws into a dead environment), so force is the last resort.
   */
  async close(): Promise<void> {
    this.leave('The vision worker was closed.');
    if (this.ended) return;
    const request: VisionRequest = { close: true };
    this.worker.postMessage(request);
    if (!(await endsWithin(this.worker, CLOSE_TIMEOUT_MS))) await this.worker.terminate();
  }

  private ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.worker.once('message', (reply: VisionReply) => {
        if (reply.kind === 'ready') resolve();
        else if (reply.kind === 'failed-to-start') reject(errorOf(reply.failure));
      });
      this.worker.once('error', reject);
      this.worker.once('exit', () =>
        reject(new ClipidError('MODEL_FAILED', 'A vision worker ended while starting.')),
      );
    });
  }

  private settle(reply: VisionReply): void {
    if (reply.kind !== 'analysed' && reply.kind !== 'failed') return;
    const pending = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    if (reply.kind === 'analysed') pending?.resolve(reply.analysis);
    else pending?.reject(errorOf(reply.failure));
  }

  private fail(message: string, cause?: unknown): void {
    const isNews = !this.gone;
    this.leave(message, cause);
    if (isNews) this.onGone();
  }

  /** Takes no more frames; those in work have failed. */
  private leave(message: string, cause?: unknown): void {
    this.gone = true;
    const error = new ClipidError('MODEL_FAILED', message, { cause });
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}
