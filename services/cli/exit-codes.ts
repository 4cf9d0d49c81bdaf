import { type ClipidError, type ErrorCode } from '../core/errors.js';

/** What a script may rely on; `clipid --help` prints this table. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  unavailable: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.failed, 'failed, or a part of it did: a clip, a source (the other parts were done)'],
  [EXIT.usage, 'an argument or a setting is wrong; nothing was done'],
  [
    EXIT.notFound,
    'the gallery, identity, clip, template or letter is not there, or no face was found',
  ],
  [
    EXIT.unavailable,
    'no server or broker answers, it is too busy, or another process holds the data folder',
  ],
  [EXIT.interrupted, 'interrupted by SIGINT or SIGTERM (serve stops in order, with 0)'],
];

const BY_ERROR: Partial<Record<ErrorCode, ExitCode>> = {
  FIELD_INVALID: EXIT.usage,
  GALLERY_NOT_FOUND: EXIT.notFound,
  IDENTITY_NOT_FOUND: EXIT.notFound,
  CLIP_NOT_FOUND: EXIT.notFound,
  TEMPLATE_NOT_FOUND: EXIT.notFound,
  DATA_LOCKED: EXIT.unavailable,
  UNAVAILABLE: EXIT.unavailable,
  OVERLOADED: EXIT.unavailable,
  DEADLINE_EXCEEDED: EXIT.unavailable,
  CANCELLED: EXIT.interrupted,
};

/** The exit code that an error which ended a command comes to. */
export function exitCodeOf(error: ClipidError): ExitCode {
  return BY_ERROR[error.code] ?? EXIT.failed;
}

/** The table of exit codes as `--help` shows it. */
export function exitCodeHelp(): string {
  const lines = MEANINGS.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`);
  return ['Exit codes:', ...lines].join('\n');
}
