import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ClipidProcess } from '../../helpers/clipid-process.js';
import type { KafkaAccess } from '../../helpers/kafka/connect.js';
import { Backlog } from './backlog.js';
import { namedClips } from './routes.js';

const MESSAGES = 10_000;
const WARM_UP_S = 10;
const SECONDS = 60;
const KIB_PER_MIB = 1024;

/** The memory of a service of its own process while thousands of messages wait. */
export async function benchMemory(access: KafkaAccess, paths: readonly string[]): Promise<void> {
  if (!existsSync('/proc/self/status')) {
    process.stdout.write('\nMemory: left out, as it is read from /proc.\n');
    return;
  }
  const backlog = await Backlog.make(access, namedClips(paths, MESSAGES));
  const service = serviceOn(backlog, paths);
  try {
    service.start();
    await service.says('"joined":true');
    await delay(WARM_UP_S * 1000);
    const doneBefore = await backlog.committed(backlog.topics.group);
    const rssMib = await sampled(service);
    report(rssMib, (await backlog.committed(backlog.topics.group)) - doneBefore);
  } finally {
    await service.stop();
    service.destroyDisk();
    await backlog.close();
  }
}

function serviceOn({ topics }: Backlog, paths: readonly string[]): ClipidProcess {
  return new ClipidProcess(mkdtempSync(join(tmpdir(), 'clipid-bench-')), {
    ...topics.settings,
    grpcAddress: '127.0.0.1:0',
    httpAddress: '127.0.0.1:0',
    allowedFolders: [...new Set(paths.map((path) => dirname(path)))].join(','),
    graceSeconds: 5,
  });
}

/** [SECONDS + 1], one a second. */
async function sampled({ pid, tail }: ClipidProcess): Promise<number[]> {
  if (pid === undefined) throw new Error(`the service ended: ${tail}`);
  const samples = [rssMibOf(pid)];
  for (let second = 0; second < SECONDS; second++) {
    await delay(1000);
    samples.push(rssMibOf(pid));
  }
  return samples;
}

function rssMibOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / KIB_PER_MIB;
}

function report(rssMib: readonly number[], done: number): void {
  const mib = (value: number | undefined): string => (value ?? Number.NaN).toFixed(0);
  process.stdout.write(
    `\nMemory (RSS) of a service while ${MESSAGES} messages wait, for ${SECONDS} s after ${WARM_UP_S} s; ` +
      `${done} clips done meanwhile\n` +
      `  at the beginning, MiB        ${mib(rssMib[0])}\n` +
      `  at the end, MiB              ${mib(rssMib.at(-1))}\n` +
      `  the largest, MiB             ${mib(Math.max(...rssMib))}\n` +
      `  growth, MiB a minute         ${(60 * slope(rssMib)).toFixed(1)} (least squares)\n`,
  );
}

/** Of the line through values at 0, 1, 2, ... that the squares of the distances are least of. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const products = values.map((value, at) => (at - middle) * (value - mean));
  const squares = values.map((_, at) => (at - middle) ** 2);
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  return sum(products) / sum(squares);
}
