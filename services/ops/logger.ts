import { pino, type DestinationStream, type Level } from 'pino';
import type { Logger } from './port.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = Level | 'silent';

/** Biometric content and secrets: cut out wherever they lie at the top of a line's facts or one below. */
const SECRET_KEYS = [
  'embedding',
  'feature',
  'vector',
  'template',
  'image',
  'bytes',
  'pixels',
  'password',
  'secret',
  'token',
  'authorization',
];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where lines go; standard error by default, since standard output belongs to results. */
  readonly destination?: DestinationStream;
}

/** The process's logger. Lines are written at once: what was logged before a crash is there. */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[cut]' },
    },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
}
