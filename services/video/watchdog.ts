import { ClipidError } from '../core/errors.js';

/**
 * A signal that aborts when a wait lasts too long, or when the caller's own signal does. Armed only
 * while somebody waits, so that a slow consumer is never taken for a slow program.
 */
export class Watchdog {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal;
  readonly #limitMs: number;
  readonly #what: string;
  #timer: NodeJS.Timeout | undefined;

  /** `what` completes the sentence "... took longer than 30 s". */
  constructor(what: string, limitMs: number, caller: AbortSignal) {
    this.#what = what;
    this.#limitMs = limitMs;
    this.#caller = caller;
    if (caller.aborted) this.#onCallerAbort();
    else caller.addEventListener('abort', this.#onCallerAbort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts the time anew. */
  arm(): void {
    this.disarm();
    this.#timer = setTimeout(() => this.#controller.abort(this.#error()), this.#limitMs);
  }

  disarm(): void {
    clearTimeout(this.#timer);
  }

  /** Lets go of the caller's signal, which may live as long as the process. */
  release(): void {
    this.disarm();
    this.#caller.removeEventListener('abort', this.#onCallerAbort);
  }

  readonly #onCallerAbort = (): void => {
    this.disarm();
    this.#controller.abort(this.#caller.reason);
  };

  #error(): ClipidError {
    const seconds = this.#limitMs / 1000;
    return new ClipidError('DEADLINE_EXCEEDED', `${this.#what} took longer than ${seconds} s.`);
  }
}

/** Why a signal was aborted, as one of our errors; CANCELLED unless its reason says otherwise. */
export function abortError(signal: AbortSignal): ClipidError {
  const reason: unknown = signal.reason;
  if (reason instanceof ClipidError) return reason;
  return new ClipidError('CANCELLED', 'The work was cancelled.', { cause: reason });
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError(signal);
}

/** The outcome of `work`, or the signal's error as soon as it aborts; `work` then goes on unheard. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  throwIfAborted(signal);
  // The loser of the race must not count as an unhandled rejection.
  work.catch(() => undefined);
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(abortError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}
