import { ClipidError } from '../core/errors.js';

const MOST_WAITING = 16;

/**
 * One measurement at a time: each takes a thread for seconds, and keeps a sample of its gallery in memory
 * while it runs.
 */
export class MeasuringTurns {
  private last: Promise<unknown> = Promise.resolve();
  private count = 0;

  /** Runs `work` after those before it. Throws OVERLOADED for too many; what `signal` says meanwhile. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.count > MOST_WAITING) throw tooMany();
    this.count++;
    const mine = this.last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.last = mine.catch(() => undefined); // Its caller is told; the next one goes on.
    try {
      return await mine;
    } finally {
      this.count--;
    }
  }
}

function tooMany(): ClipidError {
  const message = `${MOST_WAITING} measurements wait already: try again later.`;
  return new ClipidError('OVERLOADED', message);
}
