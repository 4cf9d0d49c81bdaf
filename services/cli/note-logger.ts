import type { Logger } from '../ops/port.js';
import type { Terminal } from './terminal.js';

/**
 * What a service that runs inside a command has to say: only what matters to the person who watches,
 * and in words. (A server writes its log as JSON lines.)
 */
export function noteLogger(terminal: Terminal): Logger {
  const silent = (): void => undefined;
  const note = (_facts: object, message: string): void => terminal.note(`clipid: ${message}`);
  const logger: Logger = {
    debug: silent,
    info: silent,
    warn: note,
    error: note,
    fatal: note,
    child: () => logger,
  };
  return logger;
}
