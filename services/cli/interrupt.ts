import { ClipidError } from '../core/errors.js';
import { EXIT } from './exit-codes.js';

export interface Interrupt {
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Stops listening. */
  release(): void;
}

/**
 * One AbortSignal for the whole command. The first signal asks for an orderly end; the second one
 * ends the process at once, for the person who does not want to wait.
 */
export function onInterrupt(emitter: NodeJS.EventEmitter = process): Interrupt {
  const controller = new AbortController();
  const handle = (name: string): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort(new ClipidError('CANCELLED', `Interrupted by ${name}.`));
  };
  emitter.on('SIGINT', handle);
  emitter.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    release: () => {
      emitter.off('SIGINT', handle);
      emitter.off('SIGTERM', handle);
    },
  };
}
