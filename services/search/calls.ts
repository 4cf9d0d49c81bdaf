import { ClipidError } from '../core/errors.js';

/** The calls that are running: bounded, can be waited for, can be told to stop. */
export class RunningCalls {
  readonly #maxCalls: number;
  readonly #running = new Set<AbortController>();
  #onIdle: (() => void)[] = [];

  constructor(maxCalls: number) {
    this.#maxCalls = maxCalls;
  }

  get count(): number {
    return this.#running.size;
  }

  /** Throws OVERLOADED when as many calls are running as may. */
  enter(): AbortController {
    if (this.#running.size >= this.#maxCalls) {
      const message = `${this.#maxCalls} calls are running, the most at once; try again later.`;
      throw new ClipidError('OVERLOADED', message, { field: 'calls' });
    }
    const controller = new AbortController();
    this.#running.add(controller);
    return controller;
  }

  leave(controller: AbortController): void {
    this.#running.delete(controller);
    if (this.#running.size > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** Every running call's signal is aborted with this reason. */
  abortAll(reason: ClipidError): void {
    for (const controller of this.#running) controller.abort(reason);
  }

  /** Resolves when no call is running, or after `timeoutMs`. */
  async idle(timeoutMs: number): Promise<void> {
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#onIdle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
