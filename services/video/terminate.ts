import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Ends a child that was spawned detached, and everything it started: SIGTERM to its process group,
 * `graceMs` to obey, then SIGKILL. Resolves when the child is gone; does nothing to one that is.
 */
export async function terminate(
  child: ChildProcess,
  exited: Promise<unknown>,
  graceMs: number,
): Promise<void> {
  if (!isRunning(child)) return;
  signalGroup(child, 'SIGTERM');
  if (await endsWithin(exited, graceMs)) return;
  signalGroup(child, 'SIGKILL');
  await exited;
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** A negative id addresses the group that a detached child leads. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group ended between the check and the call: that is what was wanted.
  }
}

async function endsWithin(exited: Promise<unknown>, graceMs: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(graceMs, false, { signal: timer.signal }).catch(() => false);
  const ended = await Promise.race([exited.then(() => true), late]);
  timer.abort();
  return ended;
}
