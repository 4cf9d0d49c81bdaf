import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Reads until the test process closes the pipe, which the system does for it however it dies; then
 * kills what its pid files name and removes the folder. What was killed may write for a moment yet.
 */
const SCRIPT = `
  cat >/dev/null
  for file in "$1"/*.pid; do
    [ -f "$file" ] && kill -KILL "$(cat "$file")" 2>/dev/null
  done
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf -- "$1" 2>/dev/null && break
    sleep 0.2
  done`;

export interface LastWill {
  /** Ends the processes that are left, removes the folder, resolves when that is done. */
  execute(): Promise<void>;
}

/** A process of its own that clears up a folder and the processes in it when this one is no more. */
export function leaveLastWill(folder: string): LastWill {
  const shell = spawn('sh', ['-c', SCRIPT, 'sh', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // a Ctrl-C at the terminal is not for this one
  });
  const done = once(shell, 'exit');
  return {
    async execute() {
      shell.stdin.end();
      await done;
    },
  };
}
