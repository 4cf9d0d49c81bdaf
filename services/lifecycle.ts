import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from './ops/port.js';

interface Step {
  readonly name: string;
  readonly close: () => unknown;
}

/**
 * What was started, to be closed in reverse order. A step that fails or hangs is logged and passed
 * over, so that the ones before it still are closed.
 */
export class Lifecycle {
  private readonly steps: Step[] = [];
  private closing: Promise<void> | undefined;

  constructor(
    private readonly logger: Logger,
    private readonly stepTimeoutMs: number,
  ) {}

  /** Remembers how to close something that has just been started, and returns it. */
  add<T>(name: string, started: T, close: (started: T) => unknown): T {
    this.steps.push({ name, close: () => close(started) });
    return started;
  }

  /** Safe to call twice; the second call waits for the first. */
  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      await this.closeOne(step);
    }
  }

  private async closeOne({ name, close }: Step): Promise<void> {
    const timer = new AbortController();
    const late = delay(this.stepTimeoutMs, 'late', { signal: timer.signal }).catch(() => 'done');
    try {
      const closed = Promise.resolve(close()).then(() => 'done');
      if ((await Promise.race([closed, late])) === 'late') {
        this.logger.error({ step: name, timeoutMs: this.stepTimeoutMs }, 'closing took too long');
      }
    } catch (err) {
      this.logger.error({ step: name, err }, 'closing failed');
    } finally {
      timer.abort();
    }
  }
}
