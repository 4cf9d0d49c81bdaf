import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Settings } from '../../services/config.js';
import { variableName } from '../../services/config.js';
import { packageFolder } from '../../services/settings/package-folder.js';

const MAIN = join(packageFolder(), 'dist/services/main.js');
const TAIL_CHARACTERS = 4000;

/** The program as users start it, in a process of its own: `clipid serve` with these settings. */
export class ClipidProcess {
  private running: { child: ChildProcess; ended: Promise<unknown> } | undefined;
  private said = '';

  /** `disk`: everything that it may write to, its temporary folder too. */
  constructor(
    readonly disk: string,
    private readonly settings: Settings,
  ) {
    if (!existsSync(MAIN))
      throw new Error('run `make build` first: this test runs what it compiles');
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.running?.child.pid;
  }

  /** The end of what it said, for messages of failing tests. */
  get tail(): string {
    return this.said.slice(-TAIL_CHARACTERS);
  }

  start(): void {
    if (this.running !== undefined) return;
    this.said = '';
    const temporary = join(this.disk, 'tmp');
    mkdirSync(temporary, { recursive: true });
    const child = spawn(process.execPath, [MAIN, 'serve'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], TMPDIR: temporary, ...this.environment() },
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on(
        'data',
        (text: Buffer) => (this.said = (this.said + text.toString()).slice(-65536)),
      );
    const ended = once(child, 'exit').then(() => (this.running = undefined));
    this.running = { child, ended };
  }

  /** Resolves once it has said so; rejects when it ends before. */
  async says(words: string, withinMs = 60_000): Promise<void> {
    const giveUpAtMs = Date.now() + withinMs;
    while (!this.said.includes(words)) {
      if (!this.isRunning) throw new Error(`the process ended: ${this.tail}`);
      if (Date.now() > giveUpAtMs) throw new Error(`it never said '${words}': ${this.tail}`);
      await delay(20);
    }
  }

  /** What the brackets of the pattern hold, once it has said something like it: an address. */
  async finds(pattern: RegExp, withinMs = 60_000): Promise<string> {
    await this.says('clipid is ready', withinMs);
    const found = pattern.exec(this.said)?.[1];
    if (found === undefined) throw new Error(`it never said ${String(pattern)}: ${this.tail}`);
    return found;
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    this.running?.child.kill('SIGKILL');
    await this.running?.ended;
  }

  /** SIGTERM; resolves to its exit code. */
  async stop(): Promise<number | null> {
    const { running } = this;
    running?.child.kill('SIGTERM');
    await running?.ended;
    return running?.child.exitCode ?? null;
  }

  /** Resolves to the exit code once it ends by itself. */
  async ended(): Promise<number | null> {
    const { running } = this;
    await running?.ended;
    return running?.child.exitCode ?? null;
  }

  /** As if its machine had burnt down. */
  destroyDisk(): void {
    rmSync(this.disk, { recursive: true, force: true });
  }

  private environment(): Record<string, string> {
    const all = { data: join(this.disk, 'data'), ...this.settings };
    return Object.fromEntries(
      Object.entries(all).map(([name, value]) => [variableName(name), String(value)]),
    );
  }
}
