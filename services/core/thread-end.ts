import type { Worker } from 'node:worker_threads';

/** Whether a thread that was asked to end does so in time. To be called before it can have ended. */
export function endsWithin(worker: Worker, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    worker.once('exit', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
