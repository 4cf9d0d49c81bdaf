import type { Worker } from 'node:worker_threads';
import { ClipidError } from '../../core/errors.js';
import { endsWithin } from '../../core/thread-end.js';
import { startWorker } from '../../core/worker-url.js';
import type { HnswAnswer, HnswCall, HnswClose, HnswReply, HnswRequest } from './hnsw-protocol.js';

/** Calls that wait for one thread; beyond it the caller is told to come back. */
const MAX_WAITING = 10_000;
/** Far longer than one call takes. */
const CLOSE_TIMEOUT_MS = 20_000;

interface Waiting {
  readonly resolve: (answer: HnswAnswer) => void;
  readonly reject: (error: ClipidError) => void;
}

/**
 * One worker thread and the calls that wait for it. It starts with the first call; when it dies, all
 * that wait fail with MODEL_FAILED, and so does every later call: its indexes are lost.
 */
export class HnswThread {
  /** Indexes that live in it. */
  indexes = 0;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #failure: ClipidError | undefined;
  #ended = false;
  #nextId = 0;

  get isDead(): boolean {
    return this.#failure !== undefined;
  }

  call(call: HnswCall, transfer: ArrayBuffer[] = []): Promise<HnswAnswer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#waiting.size >= MAX_WAITING) return Promise.reject(overloaded());
    const id = this.#nextId++;
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, call } satisfies HnswRequest, transfer);
    });
  }

  /**
   * Ends the thread after the call in work; what waits for it fails. Ending it inside a native call can
   * abort the whole process, so force is the last resort.
   */
  async stop(): Promise<void> {
    this.#fail(new ClipidError('UNAVAILABLE', 'The index is closed.'));
    const worker = this.#worker;
    if (worker === undefined || this.#ended) return;
    const ended = endsWithin(worker, CLOSE_TIMEOUT_MS);
    worker.postMessage({ close: true } satisfies HnswClose);
    if (!(await ended)) await worker.terminate();
  }

  #start(): Worker {
    const worker = startWorker(import.meta.url, 'hnsw-worker', { name: 'index' });
    worker.on('message', (reply: HnswReply) => this.#settle(reply));
    worker.on('error', (error) => this.#fail(died(error.message, error)));
    worker.on('exit', (code) => {
      this.#ended = true;
      this.#fail(died(`exit code ${code}`));
    });
    return worker;
  }

  #settle(reply: HnswReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('answer' in reply) waiting?.resolve(reply.answer);
    else waiting?.reject(new ClipidError('INTERNAL', `The index failed: ${reply.error}`));
  }

  #fail(error: ClipidError): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure);
    this.#waiting.clear();
  }
}

function died(how: string, cause?: unknown): ClipidError {
  const message = `The thread of the index ended (${how}); the index is built anew from the store when it is used next.`;
  return new ClipidError('MODEL_FAILED', message, { cause });
}

function overloaded(): ClipidError {
  return new ClipidError(
    'OVERLOADED',
    `More than ${MAX_WAITING} calls wait for one index thread: try again later.`,
  );
}
