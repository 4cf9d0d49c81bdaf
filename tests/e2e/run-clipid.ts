import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `clipid` as a person starts it, from the sources. */
export function startClipid(args: readonly string[]): ChildProcess {
  const command = ['--import', 'tsx', 'services/main.ts', ...args];
  return spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
}

export async function runClipid(...args: readonly string[]): Promise<Finished> {
  const child = startClipid(args);
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stdout, stderr };
}

/** A server process, once it has said that it is ready. */
export async function startServer(
  args: readonly string[],
): Promise<{ readonly grpcAddress: string; stop(): Promise<number | null> }> {
  const child = startClipid(['serve', ...args]);
  const ended = once(child, 'close') as Promise<[number | null]>;
  const [, grpcAddress = ''] = await waitForNote(child, /clipid is ready: gRPC (\S+),/);
  return {
    grpcAddress,
    stop: async () => {
      child.kill('SIGTERM');
      return (await ended)[0];
    },
  };
}

/** Resolves when the process has said something to the person who watches. */
export function waitForNote(child: ChildProcess, note: RegExp | string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (text: Buffer) => {
      said += text.toString();
      const found = typeof note === 'string' ? said.includes(note) && [note] : note.exec(said);
      if (found) resolve([...found]);
    });
    child.once('close', () => reject(new Error(`the process ended: ${said}`)));
  });
}

/** The documents of a --json output. */
export function documentsIn(stdout: string): Record<string, unknown>[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
