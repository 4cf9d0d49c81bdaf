import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ClipidError } from '../core/errors.js';
import type { LocalClip } from './port.js';
import { openClip } from './clip-input.js';
import { StderrTail } from './stderr-tail.js';
import { terminate } from './terminate.js';

/**
 * All that a child sees of our environment: nothing, so that a program which reads hostile files
 * holds no secrets. The GCONV_PATH keeps statically linked builds from loading the machine's own
 * character-set modules, which crashes them on the names inside MPEG transport streams.
 */
export const CHILD_ENVIRONMENT = { LC_ALL: 'C', GCONV_PATH: '/nonexistent' };

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why the program did not start at all. */
  readonly spawnError?: Error;
}

/** A running ffmpeg or ffprobe that reads one clip. */
export interface MediaProcess {
  readonly pid: number | undefined;
  /** Read it with `read()` or `for await`; 'data' events do not come. */
  readonly stdout: Readable;
  readonly stderr: StderrTail;
  /** Resolves when the program has ended and its last words are in `stderr`; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Ends the program and its children; resolves when they are gone. Safe to call at any time. */
  stop(): Promise<void>;
}

/** Starts a program on a clip, which it finds at CLIP_INPUT. Throws as `openClip` does. */
export async function startOnClip(
  program: string,
  args: readonly string[],
  clip: LocalClip,
  graceMs: number,
): Promise<MediaProcess> {
  const handle = await openClip(clip.path);
  try {
    // Detached: the child leads a process group of its own, which can be ended as a whole.
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe', handle.fd],
      detached: true,
      env: CHILD_ENVIRONMENT,
      cwd: '/',
    });
    return wrap(child, graceMs);
  } finally {
    // The child has its own copy of the open file by now.
    handle.close().catch(() => undefined);
  }
}

function wrap(child: ChildProcess, graceMs: number): MediaProcess {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) {
    throw new ClipidError('INTERNAL', 'A program was started without pipes.');
  }
  const tail = new StderrTail(stderr);
  const exited = exitOf(child);
  stdout.on('error', () => undefined);
  // When a child exits, Node discards the output that nobody listens for, yet unread or not.
  stdout.on('readable', () => undefined);
  const stop = async (): Promise<void> => {
    stdout.destroy();
    await terminate(child, exited, graceMs);
    stderr.destroy();
  };
  return { pid: child.pid, stdout, stderr: tail, ended: afterLastWords(exited, stderr), stop };
}

function exitOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (spawnError) => resolve({ code: null, signal: null, spawnError }));
  });
}

async function afterLastWords(exited: Promise<ProcessEnd>, stderr: Readable): Promise<ProcessEnd> {
  const end = await exited;
  if (end.spawnError === undefined) await finished(stderr).catch(() => undefined);
  return end;
}

/** Throws TOOL_MISSING when the program could not be started. */
export function checkStarted(program: string, end: ProcessEnd): void {
  if (end.spawnError === undefined) return;
  throw new ClipidError('TOOL_MISSING', `${program} could not be started: install ffmpeg.`, {
    cause: end.spawnError,
  });
}
