import { ClipidError } from '../core/errors.js';
import { EXIT } from './exit-codes.js';

export interface Interrupt {
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Does what a first signal does. */
  stop(reason: string): void;
  /** Stops listening. */
  release(): void;
}

/**
 * One AbortSignal for the whole command. The first signal asks for an orderly end; the second one
 * ends the process at once, for the person who does not want to wait.
 */
export function onInterrupt(emitter: NodeJS.EventEmitter = process): Interrupt {
  const controller = new AbortController();
  const stop = (reason: string): void => controller.abort(new ClipidError('CANCELLED', reason));
  const handle = (name: string): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    stop(`Interrupted by ${name}.`);
  };
  emitter.on('SIGINT', handle);
  emitter.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    stop,
    release: () => {
      emitter.off('SIGINT', handle);
      emitter.off('SIGTERM', handle);
    },
  };
}
