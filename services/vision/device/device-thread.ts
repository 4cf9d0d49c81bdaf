import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { ClipidError } from '../../core/errors.js';
import { startWorker } from '../../core/worker-url.js';
import type {
  BatchReport,
  DeviceReply,
  DeviceRequest,
  DeviceWorkerData,
} from './device-protocol.js';
import { errorOf } from '../failure.js';
import type { ProviderChoice } from '../runtime/providers.js';
import { endsWithin } from '../../core/thread-end.js';

/** A run of the largest batch, with room. */
const CLOSE_TIMEOUT_MS = 20_000;

/** The main thread's end of one device worker. */
export class DeviceThread {
  private gone = false;
  private ended = false;

  private constructor(
    private readonly worker: Worker,
    /** What it runs on. */
    readonly choice: ProviderChoice,
    onBatch: (report: BatchReport) => void,
  ) {
    worker.on('message', (reply: DeviceReply) => {
      if (reply.kind === 'batch') onBatch(reply.report);
    });
    worker.on('error', () => (this.gone = true));
    worker.on('exit', () => (this.gone = this.ended = true));
  }

  /**
   * Resolves when the networks are open and every batch size has run once.
   * Throws TOOL_MISSING, BUNDLE_INVALID, MODEL_FAILED.
   */
  static async start(
    data: DeviceWorkerData,
    onBatch: (report: BatchReport) => void = () => undefined,
  ): Promise<DeviceThread> {
    const options = { workerData: data, name: 'device' };
    const worker = startWorker(import.meta.url, 'device-worker', options);
    return new DeviceThread(worker, await readyOf(worker), onBatch);
  }

  /** Takes no more requests. */
  get isGone(): boolean {
    return this.gone;
  }

  /** A port for one vision worker, to be transferred to it. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const request: DeviceRequest = { kind: 'connect', port: port1 };
    this.worker.postMessage(request, [port1]);
    return port2;
  }

  /** Ends the thread after the run in work; requests that still wait fail with MODEL_FAILED. */
  async close(): Promise<void> {
    this.gone = true;
    if (this.ended) return;
    this.worker.postMessage({ kind: 'close' } satisfies DeviceRequest);
    if (!(await endsWithin(this.worker, CLOSE_TIMEOUT_MS))) await this.worker.terminate();
  }
}

/** Starting has no time limit: some providers compile every network first. */
function readyOf(worker: Worker): Promise<ProviderChoice> {
  return new Promise((resolve, reject) => {
    worker.once('message', (reply: DeviceReply) => {
      if (reply.kind === 'ready') resolve(reply.choice);
      else if (reply.kind === 'failed-to-start') reject(errorOf(reply.failure));
    });
    worker.once('error', (cause) => reject(failed('The device worker died.', cause)));
    worker.once('exit', () => reject(failed('The device worker ended while starting.')));
  });
}

function failed(message: string, cause?: unknown): ClipidError {
  return new ClipidError('MODEL_FAILED', message, { cause });
}
