import type { ClipidClient } from '../search/client.js';
import type { ExitCode } from './exit-codes.js';
import type { OnProgress, OpenSession, Target } from './session.js';
import type { Terminal } from './terminal.js';

/** What every command gets from outside; tests hand in their own. */
export interface Context {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly open: OpenSession;
}

/** Runs `work` with a connection, and closes it whatever happens. */
export async function withClient(
  context: Context,
  target: Target,
  work: (client: ClipidClient) => Promise<ExitCode>,
  onProgress?: OnProgress,
): Promise<ExitCode> {
  const session = await context.open(target, onProgress);
  try {
    context.signal.throwIfAborted();
    return await work(session.client);
  } finally {
    await session.close();
  }
}

/** What a command does once its arguments are known; its number is the process's exit code. */
export type Work = (context: Context) => Promise<ExitCode>;
/** Runs it, and turns what it throws into a message and an exit code. */
export type Run = (work: Work) => Promise<void>;
