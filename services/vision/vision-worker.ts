import type { Worker } from 'node:worker_threads';
import { ClipidError, errorFromParts } from '../core/errors.js';
import { startWorker } from '../core/worker-url.js';
import type { RgbFrame } from '../core/types.js';
import type { FrameAnalysis } from './port.js';
import type { AnalyseRequest, VisionReply, VisionWorkerData } from './protocol.js';

interface Pending {
  readonly resolve: (analysis: FrameAnalysis) => void;
  readonly reject: (error: ClipidError) => void;
}

/** The main thread's end of one vision worker. */
export class VisionWorker {
  private readonly pending = new Map<number, Pending>();
  private readonly worker: Worker;
  private nextId = 0;
  private gone = false;

  private constructor(data: VisionWorkerData) {
    this.worker = startWorker(import.meta.url, 'worker', { workerData: data, name: 'vision' });
    this.worker.on('error', (cause) => this.fail('A vision worker died.', cause));
    this.worker.on('exit', () => this.fail('A vision worker ended.'));
  }

  /** Resolves when the networks are loaded and warm. Throws BUNDLE_INVALID or MODEL_FAILED. */
  static async start(data: VisionWorkerData): Promise<VisionWorker> {
    const one = new VisionWorker(data);
    try {
      await one.ready();
    } catch (thrown) {
      await one.close();
      throw thrown;
    }
    one.worker.on('message', (reply: VisionReply) => one.settle(reply));
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

  async close(): Promise<void> {
    this.fail('The vision worker was closed.');
    await this.worker.terminate();
  }

  private ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.worker.once('message', (reply: VisionReply) => {
        if (reply.kind === 'ready') resolve();
        else if ('code' in reply) reject(errorFromParts(reply.code, reply.message));
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
    else pending?.reject(errorFromParts(reply.code, reply.message));
  }

  private fail(message: string, cause?: unknown): void {
    this.gone = true;
    const error = new ClipidError('MODEL_FAILED', message, { cause });
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}
