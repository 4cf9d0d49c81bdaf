import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { terminate } from '../../../services/video/terminate.js';
import { missing } from './run-program.js';

/**
 * A heap that a few thousand small messages fit in, the collector with the fewest threads, and no
 * optimising compiler: a broker of a test does not live long enough to be repaid for one.
 */
export const JAVA_OPTIONS = [
  '-Xms32m',
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
];
const LOG_TAIL_CHARACTERS = 3_000;

export interface BrokerFiles {
  readonly jars: string;
  readonly properties: string;
  readonly log: string;
  /** There while the process is: whoever cleans up after a dead test finds it by this. */
  readonly pid: string;
}

interface RunningBroker {
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
}

/** One node's process, and the one that takes its place when it is started again. */
export class Broker {
  private running: RunningBroker | undefined;

  constructor(private readonly files: BrokerFiles) {}

  /** @throws Error while the process is down. */
  get pid(): number {
    const pid = this.running?.child.pid;
    if (pid === undefined) throw new Error('this broker is not running');
    return pid;
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** Settles when the process is gone, however that came. */
  get exited(): Promise<void> {
    return this.running?.exited ?? Promise.resolve();
  }

  /** Leaves as soon as the process is there; it serves some seconds later. */
  async start(): Promise<void> {
    if (this.running !== undefined) throw new Error('this broker is running already');
    const child = this.spawn();
    await once(child, 'spawn').catch(() => Promise.reject(missing('java')));
    writeFileSync(this.files.pid, String(child.pid));
    const exited = once(child, 'exit').then(() => {
      rmSync(this.files.pid, { force: true });
      this.running = undefined;
    });
    this.running = { child, exited };
  }

  /** SIGTERM, `graceMs` to obey, SIGKILL. */
  async stop(graceMs: number): Promise<void> {
    const { running } = this;
    if (running !== undefined) await terminate(running.child, running.exited, graceMs);
  }

  /** SIGKILL: like a machine that loses its power, but for what the system still writes. */
  async kill(): Promise<void> {
    const { exited } = this;
    process.kill(this.pid, 'SIGKILL');
    await exited;
  }

  /** The end of what it logged, for the message of an error. */
  logTail(): string {
    return readFileSync(this.files.log, 'utf8').slice(-LOG_TAIL_CHARACTERS);
  }

  /** Detached, as the leader of a process group: the way `terminate` wants it. */
  private spawn(): ChildProcess {
    const log = openSync(this.files.log, 'a');
    try {
      const program = ['-cp', `${this.files.jars}/*`, 'kafka.Kafka', this.files.properties];
      const stdio = ['ignore', log, log] as const;
      return spawn('java', [...JAVA_OPTIONS, ...program], { stdio: [...stdio], detached: true });
    } finally {
      closeSync(log);
    }
  }
}
